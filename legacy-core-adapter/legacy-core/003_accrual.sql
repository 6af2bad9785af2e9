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

-- A year's interest on one end-of-day balance under the rate table in force on that day, before the division by days.
-- Before the first table nothing is earned.
create function legacy.f_day_num(p_prd text, p_dt date, p_bal numeric, p_tmd text) returns numeric
language plpgsql stable as $$
declare
  v_sum numeric;
begin
  select coalesce(sum(case
           when p_tmd = 'slice' then greatest(least(p_bal, coalesce(t.up_to, p_bal)) - t.lo, 0) * t.annual_rate
           when p_bal > t.lo and p_bal <= coalesce(t.up_to, p_bal) then p_bal * t.annual_rate
           else 0 end), 0)
    into v_sum
    from (select up_to, annual_rate, lag(up_to, 1, 0::bigint) over (order by tier_no) as lo
            from core.rate_tier
           where product_code = p_prd
             and effective_from = (select max(effective_from) from core.rate_tier
                                    where product_code = p_prd and effective_from <= p_dt)) t;
  return v_sum;
end
$$;

-- Parts of a day in units of 1/1603080 year, the least common multiple of 360, 365 and 366: sums of days under
-- different year lengths stay exact.
create function legacy.f_day_part(p_dt date, p_dcb text) returns numeric
language plpgsql immutable as $$
begin
  if p_dcb = 'ACT/365F' then
    return 4392;
  elsif p_dcb = 'ACT/360' then
    return 4453;
  elsif p_dcb = 'ACT/ACT' then
    return case when extract(doy from make_date(extract(year from p_dt)::int, 12, 31)) = 366 then 4380 else 4392 end;
  end if;
  raise exception 'day count % is not known to the legacy core', p_dcb using errcode = 'LG905';
end
$$;

-- Interest of [p_fr, p_to), day by day on end-of-day balances by value date, from the entries up to p_seq only:
-- numerator over 1603080. The history is folded anew each time, so the same basis gives the same sum for ever.
create function legacy.f_acrl(
  p_acno text, p_prd text, p_fr date, p_to date, p_seq bigint, p_dcb text, p_tmd text
) returns numeric
language plpgsql stable as $$
declare
  v_opn numeric;
  v_sum numeric;
begin
  select coalesce(sum(amount), 0) into v_opn
    from core.account_txn where account_no = p_acno and seq <= p_seq and value_date < p_fr;
  select coalesce(sum(legacy.f_day_num(p_prd, b.dt, b.bal, p_tmd) * legacy.f_day_part(b.dt, p_dcb)), 0) into v_sum
    from (select d.dt, v_opn + sum(coalesce(m.amt, 0)) over (order by d.dt) as bal
            from (select p_fr + n as dt from generate_series(0, p_to - p_fr - 1) n) d
            left join (select value_date, sum(amount) as amt from core.account_txn
                        where account_no = p_acno and seq <= p_seq and value_date >= p_fr and value_date < p_to
                        group by value_date) m on m.value_date = d.dt) b;
  return v_sum;
end
$$;
