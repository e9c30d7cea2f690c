{{ config(schema='marts') }}

select
    bookings.contract_key,
    bookings.event_type,
    bookings.booked_date,
    bookings.booked_amount,
    bookings.annualised_amount,
    {{ segment('bookings.owner_id') }} as owner,
    {{ segment('bookings.product_line') }} as product_line,
    {{ customer_segments() }}
from {{ ref('contract_bookings') }} as bookings
{{ join_segments('bookings', 'bookings.booked_date') }}
