"""Many issues, for measuring what pages cost: one a day of each newsletter, the newest at the desk, the others sent."""

from __future__ import annotations

import datetime
import hashlib

from django.utils import timezone

from newsletter import content
from newsletter.digest.jsonform import to_json
from newsletter.digest.reading import parse_digest
from newsletter.models import (
    Campaign,
    CampaignStatus,
    Issue,
    IssueStatus,
    Newsletter,
    Rendition,
    Section,
    Source,
    Story,
)
from subscribers.audience import Audience

# Where the issues of the newest days stand.
NEWEST = (IssueStatus.DRAFT, IssueStatus.IN_REVIEW, IssueStatus.CHANGES_REQUESTED)
STORY = """## 第{number}条：样厂开源第{number}代小模型

> **分类：** 技术动态
> **来源：** [样报](https://wire.example/{number}) 、 [样刊](https://paper.example/{number})

**核心洞察：** {insight}
**内容简介：**

- 参数：三十亿，权重以宽松许可证公开，可以商用。{insight}
- 速度：在一张消费级显卡上每秒生成一百二十个词元，比上一代快一倍。
- 局限：长文本检索的准确率在三万词元以后明显下降，报告里写得很清楚。"""
INSIGHT = "它把同样的效果放进了更小的机器里，真正的变化在于部署的成本，而不是榜单上的名次。" * 3


def make_issues(
    newsletters: list[Newsletter], count: int, *, after: int = 0, stories: int = 20, mail: str = "<p>The mail</p>"
) -> list[Issue]:
    """``count`` issues, back from today, newest first, or back from the ``after`` that were made before; ``mail`` is
    the HTML of those that were sent."""
    text, today = _digest(stories), timezone.localdate()
    form = to_json(parse_digest(text.encode(), "many.md"))
    fields = {name: form.get(name) for name in (*content.SCALARS, *content.PARTS)}
    issues = []
    for number in range(after, after + count):
        days, which = divmod(number, len(newsletters))
        newsletter, date = newsletters[which], today - datetime.timedelta(days=days)
        issue = Issue(newsletter=newsletter, slug=f"{newsletter.slug}-{date}", date_start=date, **fields)
        issue.source_text, issue.title = text, f"{newsletter.name} {date}"
        issue.status = NEWEST[days] if days < len(NEWEST) else IssueStatus.DRAFT
        issues.append(issue)
    Issue.objects.bulk_create(issues)
    _store(form["sections"], issues)
    _send(issues[max(0, len(NEWEST) * len(newsletters) - after) :], mail)
    return issues


def _digest(stories: int) -> str:
    told = [STORY.format(number=number, insight=INSIGHT) for number in range(1, stories + 1)]
    return "# 🤖 AI行业速递 - 2026年01月05日\n\n" + "\n\n---\n\n".join(told) + "\n"


def _store(form: list[dict[str, object]], issues: list[Issue]) -> None:
    sections, stories, sources = [], [], []
    for issue in issues:
        for place, section in enumerate(form):
            fields = {name: section[name] for name in content.SECTION_FIELDS}
            sections.append(Section(issue=issue, position=place, **fields))
            told: list[dict[str, object]] = section["stories"]  # type: ignore[assignment]
            for position, story in enumerate(told):
                fields = {name: story[name] for name in content.STORY_FIELDS}
                stories.append(Story(section=sections[-1], position=position, **fields))
                named: list[dict[str, str]] = story["sources"]  # type: ignore[assignment]
                sources += [Source(story=stories[-1], position=at, **each) for at, each in enumerate(named)]
    for model, rows in ((Section, sections), (Story, stories), (Source, sources)):
        model._default_manager.bulk_create(rows, batch_size=2000)  # type: ignore[arg-type]


def _send(issues: list[Issue], mail: str) -> None:
    """As if each had been approved and sent at eight on its day, to nobody."""
    renditions = [_rendition(issue, mail) for issue in issues]
    Rendition.objects.bulk_create(renditions)
    for issue, rendition in zip(issues, renditions, strict=True):
        issue.approved_rendition = rendition
        issue.approved_audience = Audience(issue.newsletter.mailing_list_id).hash
        issue.status = IssueStatus.SENT
    Issue.objects.bulk_update(issues, ["approved_rendition", "approved_audience", "status"], batch_size=100)
    Campaign.objects.bulk_create(
        _campaign(issue, rendition) for issue, rendition in zip(issues, renditions, strict=True)
    )


def _rendition(issue: Issue, mail: str) -> Rendition:
    digest = hashlib.sha256(issue.slug.encode()).hexdigest()
    sender = {"from_name": issue.newsletter.from_name, "from_email": issue.newsletter.from_email}
    words = {"subject": issue.title, "preheader": issue.title, "html": mail, "text": issue.source_text}
    return Rendition(issue=issue, hash=digest, inputs_hash=digest, **words, **sender)


def _campaign(issue: Issue, rendition: Rendition) -> Campaign:
    sent_at = datetime.datetime.combine(issue.date_start, datetime.time(), datetime.UTC)
    times = {"send_at": sent_at, "undo_until": sent_at, "started_at": sent_at, "finished_at": sent_at}
    return Campaign(
        issue=issue,
        rendition=rendition,
        mailing_list=issue.newsletter.mailing_list,
        audience_hash=issue.approved_audience,
        status=CampaignStatus.FINISHED,
        candidates=0,
        recipients=0,
        **times,
    )
