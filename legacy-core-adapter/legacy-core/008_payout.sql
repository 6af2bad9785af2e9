-- What a payout request is about.
create type legacy.ty_rq as (guid text, acno text, csno text, chkey text, memo text);

create function legacy.f_rq_hash(q legacy.ty_rq) returns text
language sql immutable return encode(sha256(convert_to(q.acno || chr(10) || coalesce(q.memo, ''), 'UTF8')), 'hex');

-- The shared ledger: entry, lines, head, end-of-day balance, receipt. The caller holds the account's row lock.
create function legacy.f_put_core(q legacy.ty_rq, c legacy.ty_calc) returns uuid
language plpgsql volatile as $$
declare
  v_id uuid := gen_random_uuid();
  v_sq bigint := c.bs_seq + 1;
  v_ts timestamptz := date_trunc('milliseconds', core.bank_now());
begin
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  values (q.acno, v_sq, 'INTEREST', c.net, c.bal + c.net, c.bs_dt, c.bs_dt, v_ts, 'LEGACY', q.guid);
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select q.acno, v_sq, l.ln_no, l.core_gl, case l.dc_gb when 'D' then l.amt else -l.amt end from legacy.f_lines(c) l;
  perform core.move_day_balances(q.acno, c.bs_dt, c.net::bigint);
  update core.account set balance = balance + c.net, last_seq = v_sq, paid_through = c.bs_dt where account_no = q.acno;
  insert into core.interest_payout
    (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, memo, core, business_date,
     period_from, period_to, gross, income_tax, local_tax, farm_tax, net, balance_after, tax_class, tax_rule_version, paid_at)
  select v_id, q.acno, v_sq, c.bs_seq, q.csno, q.chkey, legacy.f_rq_hash(q), q.memo, 'legacy', c.bs_dt,
         c.fr_dt, c.bs_dt, c.grs, c.itx, c.ltx, c.ftx, c.net, c.bal + c.net, m.core_wd, c.rl_vr, v_ts
    from legacy.cd_map m where m.knd = 'T' and m.cd = c.tax_cd;
  return v_id;
end
$$;

-- The legacy core's own books of one payout, line by line.
create function legacy.f_put_books(q legacy.ty_rq, c legacy.ty_calc, p_id uuid) returns void
language plpgsql volatile as $$
declare
  v_jno bigint := nextval('legacy.jrnl_sq');
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
begin
  insert into legacy.jrnl (jrnl_no, biz_dt, guid, tr_cd, acno, core_sq, jrnl_ts)
  values (v_jno, v_dt, q.guid, 'DPI2100', q.acno, c.bs_seq + 1, core.bank_now());
  insert into legacy.jrnl_dtl (jrnl_no, ln_no, gl_cd, dc_gb, amt)
  select v_jno, l.ln_no, l.gl_cd, l.dc_gb, l.amt from legacy.f_lines(c) l;
  insert into legacy.acnt_hst (acno, jrnl_no, biz_dt, sgn, amt, bal_aft) values (q.acno, v_jno, v_dt, '+', c.net, c.bal + c.net);
  insert into legacy.payo_hst (payo_id, acno, biz_dt, jrnl_no, grs, net) values (p_id, q.acno, v_dt, v_jno, c.grs, c.net);
  insert into legacy.acrl_hst (payo_id, fr_dt, to_dt, days, dc_bs, num_sum)
  values (p_id, legacy.f_ymd(c.fr_dt), v_dt, c.bs_dt - c.fr_dt, c.dc_bs, c.num_sum);
  insert into legacy.chnl_key (csno, chkey, payo_id) values (q.csno, q.chkey, p_id);
end
$$;

-- Withholding-tax bookkeeping, inside the payout: lines by tax type and the month's remittance totals.
create function legacy.f_put_tax(c legacy.ty_calc, p_id uuid) returns void
language plpgsql volatile as $$
declare
  v_ym text := to_char(c.bs_dt, 'YYYYMM');
begin
  insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
  values (p_id, '01', c.tax_cd, c.rl_vr, c.grs, c.itx, v_ym);
  if c.ltx > 0 then
    insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
    values (p_id, '02', c.tax_cd, c.rl_vr, c.itx, c.ltx, v_ym);
  end if;
  if c.ftx > 0 then
    insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
    values (p_id, '03', c.tax_cd, c.rl_vr, c.grs, c.ftx, v_ym);
  end if;
  insert into legacy.tax_tot as t (rmt_ym, tax_ty, cnt, amt)
  select rmt_ym, tax_ty, 1, tax_amt from legacy.tax_line where payo_id = p_id order by tax_ty
  on conflict (rmt_ym, tax_ty) do update set cnt = t.cnt + 1, amt = t.amt + excluded.amt;
end
$$;

-- Running totals. Always in this order and by ascending key, so that two payouts never wait for each other in a circle.
create function legacy.f_put_tots(q legacy.ty_rq, c legacy.ty_calc) returns void
language plpgsql volatile as $$
declare
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
begin
  insert into legacy.cust_ytd as t (csno, yyyy, cnt, grs, tax)
  values (q.csno, to_char(c.bs_dt, 'YYYY'), 1, c.grs, c.grs - c.net)
  on conflict (csno, yyyy) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, tax = t.tax + excluded.tax;
  insert into legacy.prd_tot as t (biz_dt, prd_cd, cnt, grs) values (v_dt, c.prd_cd, 1, c.grs)
  on conflict (biz_dt, prd_cd) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs;
  insert into legacy.br_tot as t (biz_dt, br_cd, cnt, net) values (v_dt, left(q.acno, 4), 1, c.net)
  on conflict (biz_dt, br_cd) do update set cnt = t.cnt + 1, net = t.net + excluded.net;
  insert into legacy.gl_tot as t (biz_dt, gl_cd, dr_amt, cr_amt)
  select v_dt, l.gl_cd, case l.dc_gb when 'D' then l.amt else 0 end, case l.dc_gb when 'C' then l.amt else 0 end
    from legacy.f_lines(c) l order by l.gl_cd
  on conflict (biz_dt, gl_cd) do update set dr_amt = t.dr_amt + excluded.dr_amt, cr_amt = t.cr_amt + excluded.cr_amt;
  insert into legacy.dly_tot as t (biz_dt, cnt, grs, net) values (v_dt, 1, c.grs, c.net)
  on conflict (biz_dt) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, net = t.net + excluded.net;
end
$$;
