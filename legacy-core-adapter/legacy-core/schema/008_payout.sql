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

-- All lines of a payout in the order of the chart of accounts, zeros included: the legacy core's forms have fixed lines.
create function legacy.f_form(c legacy.ty_calc) returns table (ln_no smallint, gl_cd text, dc_gb text, dr numeric, cr numeric)
language plpgsql stable as $$
begin
  return query
    select g.ord, g.gl_cd::text, g.dc_gb::text, case g.dc_gb when 'D' then coalesce(l.amt, 0) else 0 end,
           case g.dc_gb when 'C' then coalesce(l.amt, 0) else 0 end
      from legacy.gl_map g left join legacy.f_lines(c) l on l.gl_cd = g.gl_cd
     order by g.ord;
end
$$;

create function legacy.f_bgn(q legacy.ty_rq, p_no integer, p_nm text) returns void
language plpgsql volatile as $$
begin
  insert into legacy.step_log (guid, step_no, step_nm, bgn_ts) values (q.guid, p_no, p_nm, clock_timestamp());
end
$$;

create function legacy.f_end(q legacy.ty_rq, p_no integer) returns void
language plpgsql volatile as $$
begin
  update legacy.step_log set end_ts = clock_timestamp() where guid = q.guid and step_no = p_no;
end
$$;

-- Journal: head and lines.
create function legacy.f_put_jrnl(q legacy.ty_rq, c legacy.ty_calc) returns bigint
language plpgsql volatile as $$
declare
  v_jno bigint := nextval('legacy.jrnl_sq');
  l record;
begin
  insert into legacy.jrnl (jrnl_no, biz_dt, guid, tr_cd, acno, core_sq, jrnl_ts)
  values (v_jno, legacy.f_ymd(c.bs_dt), q.guid, 'DPI2100', q.acno, c.bs_seq + 1, core.bank_now());
  for l in select * from legacy.f_form(c) loop
    insert into legacy.jrnl_dtl (jrnl_no, ln_no, gl_cd, dc_gb, amt)
    values (v_jno, l.ln_no, l.gl_cd, l.dc_gb, l.dr + l.cr);
  end loop;
  return v_jno;
end
$$;

-- Histories: account, payout, accrual, channel key.
create function legacy.f_put_hst(q legacy.ty_rq, c legacy.ty_calc, p_id uuid, p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
begin
  insert into legacy.acnt_hst (acno, jrnl_no, biz_dt, sgn, amt, bal_aft) values (q.acno, p_jno, v_dt, '+', c.net, c.bal + c.net);
  insert into legacy.payo_hst (payo_id, acno, biz_dt, jrnl_no, grs, net) values (p_id, q.acno, v_dt, p_jno, c.grs, c.net);
  insert into legacy.acrl_hst (payo_id, fr_dt, to_dt, days, dc_bs, num_sum)
  values (p_id, legacy.f_ymd(c.fr_dt), v_dt, c.bs_dt - c.fr_dt, c.dc_bs, c.num_sum);
  insert into legacy.chnl_key (csno, chkey, payo_id) values (q.csno, q.chkey, p_id);
end
$$;

create function legacy.f_put_pasbk(q legacy.ty_rq, c legacy.ty_calc, p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_amt numeric[] := array[c.grs, c.itx, c.ltx, c.ftx, c.net];
begin
  for i in 1..5 loop
    insert into legacy.pasbk (acno, jrnl_no, ln_no, item_cd, sgn, amt)
    values (q.acno, p_jno, i, '0' || i, case when i in (1, 5) then '+' else '-' end, v_amt[i]);
  end loop;
end
$$;

-- Withholding-tax bookkeeping, inside the payout: a line for each tax type and the month's remittance totals.
create function legacy.f_put_tax(c legacy.ty_calc, p_id uuid) returns void
language plpgsql volatile as $$
declare
  v_ym text := to_char(c.bs_dt, 'YYYYMM');
  v_bas numeric[] := array[c.grs, c.itx, c.grs];
  v_tax numeric[] := array[c.itx, c.ltx, c.ftx];
begin
  for i in 1..3 loop
    insert into legacy.tax_line (payo_id, tax_ty, tax_cd, rl_vr, bas_amt, tax_amt, rmt_ym)
    values (p_id, '0' || i, c.tax_cd, c.rl_vr, v_bas[i], v_tax[i], v_ym);
  end loop;
  for i in 1..3 loop
    insert into legacy.tax_tot as t (rmt_ym, tax_ty, cnt, amt) values (v_ym, '0' || i, 1, v_tax[i])
    on conflict (rmt_ym, tax_ty) do update set cnt = t.cnt + 1, amt = t.amt + excluded.amt;
  end loop;
end
$$;

create function legacy.f_put_aud(q legacy.ty_rq, c legacy.ty_calc, p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_img text[] := array[
    'BAL', c.bal::text, (c.bal + c.net)::text, 'LAST_SEQ', c.bs_seq::text, (c.bs_seq + 1)::text,
    'PAID_TO', legacy.f_ymd(c.fr_dt), legacy.f_ymd(c.bs_dt), 'GRS', '0', c.grs::text, 'ITX', '0', c.itx::text,
    'LTX', '0', c.ltx::text, 'FTX', '0', c.ftx::text, 'CHKEY', '', q.chkey];
begin
  for i in 0..7 loop
    insert into legacy.aud_img (jrnl_no, ln_no, fld_nm, bf_val, af_val)
    values (p_jno, i + 1, v_img[3 * i + 1], v_img[3 * i + 2], v_img[3 * i + 3]);
  end loop;
end
$$;

create function legacy.f_put_snd(p_jno bigint) returns void
language plpgsql volatile as $$
declare
  v_ty text[] := array['A', 'S', 'P'];
begin
  for i in 1..3 loop
    insert into legacy.snd_q (jrnl_no, snd_no, snd_ty) values (p_jno, i, v_ty[i]);
  end loop;
end
$$;

-- Running totals. Always in this order and by ascending key, so that two payouts never wait for each other in a circle.
create function legacy.f_put_tots(q legacy.ty_rq, c legacy.ty_calc) returns void
language plpgsql volatile as $$
declare
  v_dt legacy.ymd := legacy.f_ymd(c.bs_dt);
  v_br char(4) := left(q.acno, 4);
  l record;
begin
  insert into legacy.cust_ytd as t (csno, yyyy, cnt, grs, tax)
  values (q.csno, to_char(c.bs_dt, 'YYYY'), 1, c.grs, c.grs - c.net)
  on conflict (csno, yyyy) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, tax = t.tax + excluded.tax;
  insert into legacy.prd_tot as t (biz_dt, prd_cd, cnt, grs) values (v_dt, c.prd_cd, 1, c.grs)
  on conflict (biz_dt, prd_cd) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs;
  insert into legacy.br_tot as t (biz_dt, br_cd, cnt, net) values (v_dt, v_br, 1, c.net)
  on conflict (biz_dt, br_cd) do update set cnt = t.cnt + 1, net = t.net + excluded.net;
  for l in select * from legacy.f_form(c) order by gl_cd loop
    insert into legacy.gl_tot as t (biz_dt, gl_cd, dr_amt, cr_amt) values (v_dt, l.gl_cd, l.dr, l.cr)
    on conflict (biz_dt, gl_cd) do update set dr_amt = t.dr_amt + excluded.dr_amt, cr_amt = t.cr_amt + excluded.cr_amt;
  end loop;
  for l in select * from legacy.f_form(c) order by gl_cd loop
    insert into legacy.br_gl as t (biz_dt, br_cd, gl_cd, dr_amt, cr_amt) values (v_dt, v_br, l.gl_cd, l.dr, l.cr)
    on conflict (biz_dt, br_cd, gl_cd) do update set dr_amt = t.dr_amt + excluded.dr_amt, cr_amt = t.cr_amt + excluded.cr_amt;
  end loop;
  perform legacy.f_put_stat(q, c);
  insert into legacy.dly_tot as t (biz_dt, cnt, grs, net) values (v_dt, 1, c.grs, c.net)
  on conflict (biz_dt) do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, net = t.net + excluded.net;
end
$$;

create function legacy.f_put_stat(q legacy.ty_rq, c legacy.ty_calc) returns void
language plpgsql volatile as $$
declare
  v_pr text[] := array['H', legacy.f_ymd(c.bs_dt) || left(legacy.f_hms(core.bank_now()), 2), 'M', to_char(c.bs_dt, 'YYYYMM')];
  v_dim text[] := array['AM', length(c.grs::text)::text, 'BR', left(q.acno, 4), 'DC', c.dc_bs, 'PR', c.prd_cd,
                        'TR', 'DPI2100', 'TX', c.tax_cd];
begin
  for p in 0..1 loop
    for d in 0..5 loop
      insert into legacy.dim_stat as t (pr_ty, pr_ky, dim_ty, dim_cd, cnt, grs, net)
      values (v_pr[2 * p + 1], v_pr[2 * p + 2], v_dim[2 * d + 1], v_dim[2 * d + 2], 1, c.grs, c.net)
      on conflict (pr_ty, pr_ky, dim_ty, dim_cd)
        do update set cnt = t.cnt + 1, grs = t.grs + excluded.grs, net = t.net + excluded.net;
    end loop;
  end loop;
end
$$;
