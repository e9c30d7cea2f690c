"""The service desk: times in UTC, requesters in a table of their own, numeric states and priorities."""

from sqlalchemy import MetaData

from demo_company.schema.columns import table

metadata = MetaData()

agent = table(
    "agent", metadata, agent_no="*int", agent_name="text:60", mail="text:120", squad="text:40", cost_per_hour="money",
    cur="text:3",
)  # fmt: skip
end_user = table(
    "end_user", metadata, user_no="*int", user_name="text:60", mail="text:120", phone="text:30",
)  # fmt: skip
ticket = table(
    "ticket", metadata, ticket_no="*int", acc_ref="text:20", cust_no="text:20", user_no="int", subject="text:160",
    body="text:400", topic="text:40", ticket_kind="text:20", via="text:20", prio="small", state="small",
    agent_no="int", matnr="text:20", merged_into="int", opened_at="utc", sla_at="utc", first_reply_at="utc",
    solved_at="utc", closed_at="utc", reopen_count="small", updated_at="utc",
)  # fmt: skip
ticket_event = table(
    "ticket_event", metadata, event_no="*int", ticket_no="int", event_kind="small", by_whom="small", old="text:20",
    new="text:20", at="utc", agent_no="int",
)  # fmt: skip
worklog = table(
    "worklog", metadata, log_no="*int", ticket_no="int", acc_ref="text:20", cust_no="text:20", agent_no="int",
    minutes="int", worked="day", created_at="utc",
)  # fmt: skip
satisfaction_rating = table(
    "satisfaction_rating", metadata, rating_no="*int", ticket_no="int", asked_at="utc", answered_at="utc",
    stars="small", remark="text:200",
)  # fmt: skip
