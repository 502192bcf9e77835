"""The fixed words of an express digest."""

LANGUAGE = "zh-Hans"
SLUG = "express"

CATEGORY = "分类"
SOURCES = "来源"
INSIGHT = "核心洞察"
CONTENT = "内容简介"
OTHER_LINKS = "其他相关资讯"

SOURCE_SEPARATOR = "、"
LABEL_END = "：**"
BULLET = "-"

FIELD_SPELLINGS = {
    CATEGORY: f"> **{CATEGORY}：** …",
    SOURCES: f"> **{SOURCES}：** [名称](https://…) {SOURCE_SEPARATOR} [名称](https://…)",
    INSIGHT: f"**{INSIGHT}：** …",
    CONTENT: f"**{CONTENT}：**",
}
