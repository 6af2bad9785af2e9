-- The receipt of an earlier request with this channel key, by either core; null if there is none.
create function legacy.f_replay(q legacy.ty_rq) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  r core.interest_payout;
begin
  select * into r from core.interest_payout where customer_id = q.csno and channel_key = q.chkey;
  if not found then
    return null;
  elsif r.request_hash <> legacy.f_rq_hash(q) then
    return legacy.f_ans('E301', null, null);
  end if;
  return legacy.f_rcpt_ans(r.payout_id, 'Y');
end
$$;

-- The whole payout, in ten steps that are logged one by one: eighty statements of one row each in this core's own books.
create function legacy.f_put_all(q legacy.ty_rq, c legacy.ty_calc) returns uuid
language plpgsql volatile as $$
declare
  v_id uuid;
  v_jno bigint;
begin
  perform legacy.f_bgn(q, 1, 'PAYOUT');
  perform legacy.f_bgn(q, 2, 'LEDGER');
  v_id := legacy.f_put_core(q, c);
  perform legacy.f_end(q, 2);
  perform legacy.f_bgn(q, 3, 'JOURNAL');
  v_jno := legacy.f_put_jrnl(q, c);
  perform legacy.f_end(q, 3);
  perform legacy.f_bgn(q, 4, 'HISTORY');
  perform legacy.f_put_hst(q, c, v_id, v_jno);
  perform legacy.f_end(q, 4);
  perform legacy.f_bgn(q, 5, 'PASSBOOK');
  perform legacy.f_put_pasbk(q, c, v_jno);
  perform legacy.f_end(q, 5);
  perform legacy.f_bgn(q, 6, 'AUDIT');
  perform legacy.f_put_aud(q, c, v_jno);
  perform legacy.f_end(q, 6);
  perform legacy.f_bgn(q, 7, 'NOTICE');
  perform legacy.f_put_snd(v_jno);
  perform legacy.f_end(q, 7);
  perform legacy.f_bgn(q, 8, 'TAX');
  perform legacy.f_put_tax(c, v_id);
  perform legacy.f_end(q, 8);
  perform legacy.f_bgn(q, 9, 'TOTALS');
  perform legacy.f_put_tots(q, c);
  perform legacy.f_end(q, 9);
  perform legacy.f_bgn(q, 10, 'ANSWER');
  perform legacy.f_end(q, 10);
  perform legacy.f_end(q, 1);
  return v_id;
end
$$;

-- Payouts hold it together, the closing of a day alone: no payout slips into a day while it is being closed.
create function legacy.f_day_lock() returns bigint language sql immutable return 21001100;

-- Writes a payout. If another request with the same key or for the same day has won although it did not hold this
-- account's lock, all of it is undone and the winner's receipt decides the answer: the unique keys are the last judge.
create function legacy.f_put_pay(q legacy.ty_rq, c legacy.ty_calc) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  v_con text;
begin
  perform pg_advisory_xact_lock_shared(legacy.f_day_lock());
  if exists (select from legacy.day_cls where biz_dt >= legacy.f_ymd(c.bs_dt)) then
    raise exception 'the books of % are closed', c.bs_dt using errcode = 'LG904';
  end if;
  return legacy.f_rcpt_ans(legacy.f_put_all(q, c), 'N');
exception when unique_violation then
  get stacked diagnostics v_con = constraint_name;
  if v_con = 'one_payout_per_key' then
    return legacy.f_replay(q);
  elsif v_con = 'one_payout_per_day' then
    return coalesce(legacy.f_replay(q), legacy.f_ans('E201', c.bs_dt, c.bs_seq));
  end if;
  raise;
end
$$;

-- Decides one payout request under the account's row lock. Each read is a statement of its own, begun after the
-- lock was granted: a read inside the locking statement would see the state from before the wait.
create function legacy.f_pay(q legacy.ty_rq) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  ac core.account;
  a legacy.ty_ans;
  c legacy.ty_calc;
begin
  select * into ac from core.account where account_no = q.acno and customer_id = q.csno for update;
  if not found then
    return legacy.f_ans('E401', null, null);
  end if;
  a := legacy.f_replay(q);
  if a.rsp_cd is not null then
    return a;
  end if;
  c := legacy.f_calc(q.acno, core.business_date(), ac.last_seq);
  if c.rsn_cd is not null then
    return legacy.f_calc_ans(q.acno, c, null);
  end if;
  if c.bal <> ac.balance then
    raise exception 'balance % of the account is not the fold % of its entries', ac.balance, c.bal using errcode = 'LG904';
  end if;
  return legacy.f_put_pay(q, c);
end
$$;

-- Longest wait for a row another transaction holds, and the share of the caller's time it may use up: the answer
-- "busy" must still reach a caller who is listening.
create function legacy.f_lock_wait_ms(p_tmo_ms integer) returns text
language sql immutable return greatest(1, least(2000, p_tmo_ms / 2))::text;

-- DPI2100, interest payout, one transaction. The GUID is logged first: a second request with it, or an inquiry for
-- it, waits for this one to end. Waits are bounded by p_tmo_ms, the time the caller still has (55P03 when over).
create function legacy.dpi2100(p_guid text, p_acno text, p_csno text, p_chkey text, p_memo text, p_tmo_ms integer)
returns legacy.ty_ans
language plpgsql volatile as $$
declare
  q legacy.ty_rq := row(p_guid, p_acno, p_csno, p_chkey, p_memo);
  a legacy.ty_ans;
  v_st text;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'a payout reads after its lock: READ COMMITTED only' using errcode = 'LG905';
  end if;
  perform set_config('lock_timeout', legacy.f_lock_wait_ms(p_tmo_ms), true);
  insert into legacy.guid_log (guid, st_cd, rq_ts, tr_cd, acno, csno, chkey)
  values (p_guid, '01', core.bank_now(), 'DPI2100', p_acno, p_csno, p_chkey) on conflict do nothing;
  if not found then
    select st_cd into v_st from legacy.guid_log where guid = p_guid;
    return legacy.f_ans(case v_st when '09' then 'E305' else 'E304' end, null, null);
  end if;
  a := legacy.f_pay(q);
  update legacy.guid_log
     set st_cd = '02', rsp_cd = a.rsp_cd, rsn_all = a.rsn_all, payo_id = a.payo_id::uuid,
         repl_fg = coalesce(a.repl_fg, 'N'), bs_dt = a.bs_dt, bs_seq = a.bs_seq
   where guid = p_guid;
  return a;
end
$$;
