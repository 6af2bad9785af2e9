create function legacy.f_ymd(p_dt date) returns legacy.ymd
language sql immutable return to_char(p_dt, 'YYYYMMDD')::legacy.ymd;

-- HHMMSSmmm in Korean time.
create function legacy.f_hms(p_ts timestamptz) returns legacy.hms
language sql immutable return to_char(p_ts at time zone 'Asia/Seoul', 'HH24MISSMS')::legacy.hms;

-- p_num / p_den to whole won. Never by the division operator: numeric division rounds its last digit, and a
-- quotient just below a won would become that won.
create function legacy.f_rnd(p_num numeric, p_den numeric, p_mode text) returns numeric
language plpgsql immutable as $$
declare
  q numeric := div(p_num, p_den);
  r2 numeric := 2 * (p_num - q * p_den);
begin
  if p_mode = 'floor' then
    return q;
  elsif p_mode = 'half-up' then
    return case when r2 >= p_den then q + 1 else q end;
  elsif p_mode = 'half-even' then
    return case when r2 > p_den or (r2 = p_den and mod(q, 2) = 1) then q + 1 else q end;
  end if;
  raise exception 'rounding % is not known to the legacy core', p_mode using errcode = 'LG905';
end
$$;

-- Days from p_fr to p_to under the 30-day conventions of the 2006 ISDA Definitions: each month has 30 days. A first
-- day 31 counts as 30. A last day 31 counts as 30 always (30E/360, 4.16(g)) or after such a first day (30/360, 4.16(f)).
create function legacy.f_d360(p_fr date, p_to date, p_dcb text) returns integer
language plpgsql immutable as $$
declare
  d1 integer := least(extract(day from p_fr), 30);
  d2 integer := extract(day from p_to);
begin
  if d2 = 31 and (p_dcb = '30E/360' or d1 = 30) then
    d2 := 30;
  end if;
  return 360 * (extract(year from p_to) - extract(year from p_fr))
         + 30 * (extract(month from p_to) - extract(month from p_fr)) + d2 - d1;
end
$$;

-- Parts of the day p_dt of a period that begins on p_fr, in units of 1/1603080 year, the least common multiple of 360,
-- 365 and 366: sums of days under different year lengths stay exact. A 30-day convention counts from the first day of
-- the period, so a day is what it adds to that count: mostly 1, at a 31st 0, on the last of February up to 3.
create function legacy.f_day_part(p_fr date, p_dt date, p_dcb text) returns numeric
language plpgsql immutable as $$
begin
  if p_dcb = 'ACT/365F' then
    return 4392;
  elsif p_dcb = 'ACT/360' then
    return 4453;
  elsif p_dcb = 'ACT/ACT' then
    return case when extract(doy from make_date(extract(year from p_dt)::int, 12, 31)) = 366 then 4380 else 4392 end;
  elsif p_dcb in ('30/360', '30E/360') then
    return 4453 * (legacy.f_d360(p_fr, p_dt + 1, p_dcb) - legacy.f_d360(p_fr, p_dt, p_dcb));
  end if;
  raise exception 'day count % is not known to the legacy core', p_dcb using errcode = 'LG905';
end
$$;

-- The days of [p_fr, p_to): each with its parts, its end-of-day balance by value date from the entries up to p_seq
-- only, and the effective date of the rate table in force on it (null before the first table). What was in force
-- before p_fr comes in with the first day, also an entry of before the account was opened.
create function legacy.f_days(p_acno text, p_prd text, p_fr date, p_to date, p_seq bigint, p_dcb text)
returns table (dt date, part numeric, bal numeric, rt_dt date)
language plpgsql stable as $$
begin
  return query
    select d.dt, legacy.f_day_part(p_fr, d.dt, p_dcb), sum(m.amt) over w, max(r.eff) over w
      from (select p_fr + n as dt from generate_series(0, p_to - p_fr - 1) n) d
      left join (select greatest(value_date, p_fr) as dt, sum(amount) as amt from core.account_txn
                  where account_no = p_acno and seq <= p_seq and value_date < p_to group by 1) m on m.dt = d.dt
      left join (select greatest(effective_from, p_fr) as dt, max(effective_from) as eff from core.rate_tier
                  where product_code = p_prd and effective_from < p_to group by 1) r on r.dt = d.dt
    window w as (order by d.dt);
end
$$;

-- Interest of [p_fr, p_to): numerator over 1603080. Day by day, in one statement: a query for each day made ten years
-- twenty times as slow. The history is folded anew each time, so the same basis gives the same sum for ever.
-- A tier covers (lo, hi]; by slices it earns on its part of the balance, else on all of it if the balance lies in it.
-- What no tier covers earns nothing, nor does a day before the first rate table.
create function legacy.f_acrl(
  p_acno text, p_prd text, p_fr date, p_to date, p_seq bigint, p_dcb text, p_tmd text
) returns numeric
language plpgsql stable as $$
declare
  v_sum numeric;
begin
  select coalesce(sum(t.annual_rate * d.part * case when p_tmd = 'slice' then least(d.bal, t.hi) - t.lo else d.bal end), 0)
    into v_sum
    from legacy.f_days(p_acno, p_prd, p_fr, p_to, p_seq, p_dcb) d
    join (select effective_from, annual_rate, up_to as hi,
                 lag(up_to, 1, 0::bigint) over (partition by effective_from order by tier_no) as lo
            from core.rate_tier where product_code = p_prd) t
      on t.effective_from = d.rt_dt and d.bal > t.lo and (p_tmd = 'slice' or t.hi is null or d.bal <= t.hi);
  return v_sum;
end
$$;
