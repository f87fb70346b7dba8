-- Makes the flights that left New York in 2013 dirty, from a seed, and keeps the truth beside.
--
-- Every choice is read from the MD5 of the seed and the row's number in the original, eleven draws
-- of 11 bits a row, so that the same seed makes the same bytes with any DuckDB on any machine.
-- Rates are given in 2048ths. Reads the variables flights_csv and seed; leaves the tables
-- `truth` (one row a written line) and `files` (one row a file, with its content).

create macro draw_of(word, place) as ((word >> (11 * place)::uhugeint) & 2047)::integer;

create macro token(draw) as (['NA', 'N/A', '', 'null', '-', '?'])[1 + draw % 6];

-- What is done to a cell: real absences are spelled in many ways, 1.5 % of the values go missing,
-- 0.5 % become impossible where the column knows an impossible value.
create macro fault(cell, draw, has_impossible) as case
    when cell is null then if(token(draw) = '', null, 'absence_token')
    when draw < 31 then 'missing_token'
    when has_impossible and draw < 41 then 'impossible_value'
end;

create macro spelled(cell, kind, draw, impossible) as case
    when cell is null or kind = 'missing_token' then token(draw)
    when kind = 'impossible_value' then impossible[1 + draw % len(impossible)]
    else cell::varchar
end;

create temp table drawn as
select
    *,
    md5_number(concat_ws(':', getvariable('seed'), flight_number)) as word
from (
    select row_number() over () as flight_number, *
    from read_csv(
        getvariable('flights_csv'), header = true, nullstr = 'NA',
        columns = {
            'year': 'INTEGER', 'month': 'INTEGER', 'day': 'INTEGER', 'dep_time': 'INTEGER',
            'sched_dep_time': 'INTEGER', 'dep_delay': 'INTEGER', 'arr_time': 'INTEGER',
            'sched_arr_time': 'INTEGER', 'arr_delay': 'INTEGER', 'carrier': 'VARCHAR',
            'flight': 'INTEGER', 'tailnum': 'VARCHAR', 'origin': 'VARCHAR', 'dest': 'VARCHAR',
            'air_time': 'INTEGER', 'distance': 'INTEGER', 'hour': 'INTEGER', 'minute': 'INTEGER',
            'time_hour': 'TIMESTAMP'
        }
    )
);

create temp view faults as
select
    *,
    draw_of(word, 0) as row_draw,
    draw_of(word, 1) as place_draw,
    draw_of(word, 2) as time_draw,
    draw_of(word, 3) as unit_draw,
    draw_of(word, 4) as dep_time_draw,
    draw_of(word, 5) as dep_delay_draw,
    draw_of(word, 6) as arr_time_draw,
    draw_of(word, 7) as arr_delay_draw,
    draw_of(word, 8) as tailnum_draw,
    draw_of(word, 9) as air_time_draw,
    draw_of(word, 10) as distance_draw,
    fault(dep_time, dep_time_draw, true) as dirt_dep_time,
    fault(dep_delay, dep_delay_draw, false) as dirt_dep_delay,
    fault(arr_time, arr_time_draw, false) as dirt_arr_time,
    fault(arr_delay, arr_delay_draw, false) as dirt_arr_delay,
    fault(air_time, air_time_draw, true) as dirt_air_time,
    coalesce(
        fault(tailnum, tailnum_draw, false),
        if(month >= 7 and tailnum is not null, 'renamed_column', null)
    ) as dirt_tailnum,
    coalesce(
        fault(distance, distance_draw, true),
        case
            when unit_draw < 512 then 'unit_kilometres'
            when unit_draw < 1024 then 'unit_miles'
        end
    ) as dirt_distance,
    if(month >= 9, 'carrier_glued_in', null) as dirt_flight,
    if(time_draw < 1229, 'timestamp_format', null) as dirt_time_hour,
    if(row_draw = 0, if(place_draw % 2 = 0, 'too_few_fields', 'too_many_fields'), null) as broken,
    row_draw between 1 and 10 as has_copy
from drawn;

create temp table dirtied as
select
    *,
    spelled(dep_time, dirt_dep_time, dep_time_draw, ['2567', '2475', '-12']) as dirty_dep_time,
    spelled(dep_delay, dirt_dep_delay, dep_delay_draw, ['']) as dirty_dep_delay,
    spelled(arr_time, dirt_arr_time, arr_time_draw, ['']) as dirty_arr_time,
    spelled(arr_delay, dirt_arr_delay, arr_delay_draw, ['']) as dirty_arr_delay,
    spelled(air_time, dirt_air_time, air_time_draw, ['99999', '-1']) as dirty_air_time,
    spelled(tailnum, dirt_tailnum, tailnum_draw, ['']) as dirty_tailnum,
    case dirt_distance
        when 'unit_kilometres' then printf('%.1f km', distance * 1.609344)
        when 'unit_miles' then distance || ' mi'
        else spelled(distance, dirt_distance, distance_draw, ['-5', '-1'])
    end as dirty_distance,
    if(dirt_flight is null, flight::varchar, carrier || flight) as dirty_flight,
    case
        when dirt_time_hour is null then strftime(time_hour, '%Y-%m-%dT%H:%M:%SZ')
        when time_draw < 512 then strftime(time_hour, '%Y-%m-%d %H:%M:%S')
        when time_draw < 921 then strftime(time_hour, '%m/%d/%Y %H:%M')
        else strftime(time_hour, '%d-%b-%Y %H:%M')
    end as dirty_time_hour
from faults;

-- Where each line stands: a copy lands up to a thousand rows further down in the same file.
create temp table places as
select
    flight_number,
    is_copy,
    row_number() over (
        partition by month
        order by flight_number + if(is_copy, 1 + place_draw % 1000, 0), is_copy, flight_number
    ) as source_line
from (
    select
        flight_number, month, place_draw,
        unnest(if(has_copy, [false, true], [false])) as is_copy
    from faults
);

create temp table lines as
select
    *,
    printf('flights-2013-%02d.csv', month) as source_file,
    case broken
        when 'too_few_fields' then left_cells
        when 'too_many_fields' then left_cells || ',' || origin || ',' || dest || right_cells
        else left_cells || right_cells
    end as line
from (
    select
        *,
        concat_ws(
            ',', year, month, day, dirty_dep_time, sched_dep_time, dirty_dep_delay,
            dirty_arr_time, sched_arr_time, dirty_arr_delay, carrier, dirty_flight
        ) as left_cells,
        concat_ws(
            ',', '', dirty_tailnum, origin, dest, dirty_air_time, dirty_distance, hour, minute,
            dirty_time_hour
        ) as right_cells
    from dirtied
)
join places using (flight_number);

create temp table files as
select
    source_file,
    concat_ws(
        ',', 'year', 'month', 'day', 'dep_time', 'sched_dep_time', 'dep_delay', 'arr_time',
        'sched_arr_time', 'arr_delay', 'carrier', 'flight',
        if(any_value(month) >= 7, 'tail_number', 'tailnum'), 'origin', 'dest', 'air_time',
        'distance', 'hour', 'minute', 'time_hour'
    ) || chr(10) || string_agg(line, chr(10) order by source_line) || chr(10) as content
from lines
group by source_file;

create temp view truth as
select
    source_file, source_line, flight_number, is_copy, broken,
    year, month, day, dep_time, sched_dep_time, dep_delay, arr_time, sched_arr_time, arr_delay,
    carrier, flight, tailnum, origin, dest, air_time, distance, hour, minute, time_hour,
    columns('dirty?_.*')
from lines;
