-- Closes the books of every past day that has payouts and is still open, oldest first; returns the days it closed.
-- A day whose totals do not agree with its payouts and its journal stays open, with all that follow, and the fault
-- says which: nobody closes over a gap. A payout into a closed day is refused (LG904).
create function legacy.f_roll_day() returns setof legacy.day_cls
language plpgsql volatile as $$
declare
  d record;
begin
  perform pg_advisory_xact_lock(legacy.f_day_lock());
  for d in
    select t.biz_dt, t.cnt, t.grs, t.net, g.dr_amt, g.cr_amt,
           t.cnt = p.cnt and t.grs = p.grs and t.net = p.net and g.dr_amt = j.dr_amt and g.cr_amt = j.cr_amt
             and g.dr_amt = t.grs and g.dr_amt = g.cr_amt as agrees
      from legacy.dly_tot t
      cross join lateral (select sum(dr_amt) as dr_amt, sum(cr_amt) as cr_amt from legacy.gl_tot where biz_dt = t.biz_dt) g
      cross join lateral (select count(*) as cnt, sum(grs) as grs, sum(net) as net from legacy.payo_hst
                           where biz_dt = t.biz_dt) p
      cross join lateral (select sum(x.amt) filter (where x.dc_gb = 'D') as dr_amt, sum(x.amt) filter (where x.dc_gb = 'C') as cr_amt
                            from legacy.jrnl h join legacy.jrnl_dtl x using (jrnl_no) where h.biz_dt = t.biz_dt) j
     where t.biz_dt < legacy.f_ymd(core.business_date())
       and not exists (select from legacy.day_cls c where c.biz_dt = t.biz_dt)
     order by t.biz_dt
  loop
    if not d.agrees then
      raise exception 'totals, payouts and journal of % do not agree', d.biz_dt using errcode = 'LG904';
    end if;
    return query
      insert into legacy.day_cls (biz_dt, cls_ts, cnt, grs, net, dr_amt, cr_amt)
      values (d.biz_dt, core.bank_now(), d.cnt, d.grs, d.net, d.dr_amt, d.cr_amt)
      on conflict do nothing returning *;
  end loop;
end
$$;
