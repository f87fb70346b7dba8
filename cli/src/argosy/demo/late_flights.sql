-- Writes flights that come late: January's first ones again, a year later, in two files.
--
-- The one knows more than before: a column `gate`, and minutes in the air with a decimal. The other
-- calls `carrier` `carrier_id`, and holds numbers there where the table has airlines' codes.
-- Reads the variables flights_csv, as before, and more_csv and other_csv, which it writes.

create temp table january as
select
    row_number() over () as number,
    * replace (year + 1 as year, time_hour + interval 1 year as time_hour)
from read_csv(getvariable('flights_csv'), header = true, nullstr = 'NA')
limit 1600;

copy (
    select
        * exclude (number) replace (
            air_time + (flight % 10) / 10.0 as air_time,
            strftime(time_hour, '%Y-%m-%dT%H:%M:%SZ') as time_hour
        ),
        'B' || (1 + flight % 40) as gate
    from january where number <= 1000 order by number
) to (getvariable('more_csv')) (header);

copy (
    select * rename (carrier as carrier_id)
    from (
        select * exclude (number) replace (
            19000 + ascii(carrier) * 7 + ascii(carrier[2:]) as carrier,
            strftime(time_hour, '%Y-%m-%dT%H:%M:%SZ') as time_hour
        )
        from january where number > 1000 order by number
    )
) to (getvariable('other_csv')) (header);
