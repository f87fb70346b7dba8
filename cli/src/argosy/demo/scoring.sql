-- Compares a published table with the truth, cell by cell, values as values.
--
-- Expects the tables `truth` and `found` (the published rows as text, named found_<column>, with
-- source_file and source_line); leaves `judged`: one row for each flight, the line that stands for
-- it, and whether the table has it.

create macro as_number(cell) as try_cast(cell as double);

-- Kilometres were written with one decimal: 0.05 km is the most that an honest way back may be off.
create macro same_number(cell, other) as coalesce(abs(as_number(cell) - as_number(other)) <= 0.05, false);

create macro same_time(cell, other) as
    coalesce(try_cast(cell as timestamp) = try_cast(other as timestamp), false);

create macro same_text(cell, other) as coalesce(trim(cell) = trim(other), false);

create macro verdict(present, cell, is_same, dirty) as case
    when not present then 'lost'
    when is_same then 'right'
    when cell is null then 'emptied'
    when same_text(cell, dirty) or same_number(cell, dirty) then 'unchanged'
    else 'wrong'
end;

-- Of a flight's copies, the one that the table has stands for it; chosen on the keys alone, for
-- sorting whole rows would take most of the time.
create temp table chosen as
select source_file, source_line
from truth
left join found on source_file = found_file and source_line = found_line
where broken is null
qualify row_number() over (partition by flight_number order by found_line is null, is_copy) = 1;

create temp table judged as
select truth.*, found.*, found.found_line is not null as present
from truth
join chosen using (source_file, source_line)
left join found on source_file = found_file and source_line = found_line;
