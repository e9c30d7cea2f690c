"""The words of the catalogue page, each in both languages."""

from metrics.page import MODULES

__all__ = ["MODULES", "REASONS", "STATUSES", "WORDS"]

WORDS = {
    "title": "Metric catalogue 指标目录",
    "find": "Find a metric 查找指标",
    "level": "Level 层级",
    "owner": "Owner 负责人",
    "status": "Limit status 限值状态",
    "deputy": "deputy 代理人",
    "as_of": "as of 截至",
    "version": "version 版本",
    "not_available": "not available 无数据",
    "missing": "missing input 缺少数据",
    "before": "Period before 上期",
    "last_year": "Last year 去年同期",
    "target": "Target 目标",
    "limits": "Limits 限值",
    "benchmark": "Benchmark 参照值",
    "unknown": "unknown 未知",
    "definition": "Definition 定义",
    "formula": "Formula 公式",
    "minimum_base": "Minimum base 最小基数",
    "absences": "Has no 未设定",
    "adds_up": "Adds up 可加性",
    "grains": "Periods 期间",
    "dimensions": "By 维度",
    "variants": "Variants 口径变体",
    "triggers": "Triggers 触发动作",
    "invariants": "Holds 不变式",
    "lineage": "Made from 来源表",
    "defined_in": "Defined in 定义文件",
    "more": "Definition and lineage 定义与血缘",
}
REASONS = {
    "no_base": "nothing to divide by 无基数",
    "small_base": "fewer than the minimum base 低于最小基数",
    "immature": "its time window is not over 窗口未结束",
    "no_losses": "nothing was lost 无流失",
    "no_control": "no control group 无对照组",
    "missing_source": "no source brings it 无数据源",
}
STATUSES = {
    "ok": "ok 正常",
    "warning": "warning 预警",
    "critical": "critical 严重",
    "none": "no limit or no value 无限值或无数值",
}
