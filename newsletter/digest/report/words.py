"""The fixed words of a report."""

LANGUAGE = "zh-Hant"
SLUG = "report"

BLOCK_LABELS = ("核心摘要", "技術細節", "應用場景")

ENTITIES = "關鍵實體"
IMPORTANCE = "重要性"
SOURCES = "來源"

ENTITY_SEPARATOR = "、"

INSIGHT = "編輯洞察"
WATCHLIST = "關注清單"
READING = "延伸閱讀與資源"
KEYWORDS = "本日關鍵詞"

DECLARED_ARTICLES = "資料來源"
DECLARED_TOPICS = "分析主題"
COLOPHON_LABELS = (DECLARED_ARTICLES, DECLARED_TOPICS, "資料收集時間", "報告生成時間")

FIELD_SPELLINGS = {
    ENTITIES: f"**{ENTITIES}**：甲{ENTITY_SEPARATOR}乙",
    IMPORTANCE: f"**{IMPORTANCE}**：…",
    SOURCES: f"**{SOURCES}**： [來源1](https://…)",
}
