-- What every other channel (branch, ATM, app, transfer system) does with accounts. They know nothing of the two
-- cores of this migration; the row lock on core.account is all that serialises them with a payout.

-- Posts a deposit (amount > 0) or withdrawal (amount < 0); value_date may be earlier than today.
-- Returns the seq of the entry. Errors: P0002 no such account, 23514 not enough balance, 55000 account closed.
create function core.post_movement(
  p_account_no text, p_amount bigint, p_value_date date, p_channel text, p_channel_ref text
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  head core.account;
  today date;
  entry_kind text := case when p_amount > 0 then 'DEPOSIT' else 'WITHDRAWAL' end;
  moved_from date;
begin
  select * into head from core.account where account_no = p_account_no for update;
  if not found then
    raise exception 'no account %', p_account_no using errcode = 'P0002';
  end if;
  if (select account_status from core.account_standing
       where account_no = p_account_no order by seq desc limit 1) = 'closed' then
    raise exception 'account % is closed', p_account_no using errcode = '55000';
  end if;
  today := core.business_date();
  moved_from := coalesce(p_value_date, today);
  if moved_from < head.opened_on then
    raise exception 'value date % is before the account was opened', moved_from using errcode = '22023';
  end if;
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  values
    (p_account_no, head.last_seq + 1, entry_kind, p_amount, head.balance + p_amount,
     moved_from, today, core.bank_now(), p_channel, p_channel_ref);
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  values (p_account_no, head.last_seq + 1, 1, 'CASH_CLEARING', p_amount),
         (p_account_no, head.last_seq + 1, 2, 'CUSTOMER_DEPOSIT', -p_amount);
  perform core.move_day_balances(p_account_no, moved_from, p_amount);
  update core.account set balance = balance + p_amount, last_seq = last_seq + 1 where account_no = p_account_no;
  return head.last_seq + 1;
end
$$;

-- Adds an amount to the end-of-day balances from a day on. The caller holds the account's row lock.
create function core.move_day_balances(p_account_no text, p_from date, p_amount bigint) returns void
language sql security definer set search_path = ''
begin atomic
  insert into core.day_balance (account_no, business_date, closing)
  select p_account_no, p_from, coalesce(
    (select closing from core.day_balance
      where account_no = p_account_no and business_date <= p_from
      order by business_date desc limit 1), 0)
  on conflict do nothing;
  update core.day_balance set closing = closing + p_amount
   where account_no = p_account_no and business_date >= p_from;
end;

-- Changes the standing of an account; arguments left null keep what is in force. Returns the seq it took.
create function core.change_standing(
  p_account_no text, p_account_status text, p_customer_status text, p_tax_class text, p_holds text[]
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  head core.account;
begin
  select * into head from core.account where account_no = p_account_no for update;
  if not found then
    raise exception 'no account %', p_account_no using errcode = 'P0002';
  end if;
  insert into core.account_standing
    (account_no, seq, account_status, customer_status, tax_class, treaty_rate, treaty_includes_local_tax, holds)
  select account_no, head.last_seq + 1, coalesce(p_account_status, account_status),
         coalesce(p_customer_status, customer_status), coalesce(p_tax_class, tax_class),
         case when coalesce(p_tax_class, tax_class) = 'non-resident' then treaty_rate end,
         treaty_includes_local_tax, coalesce(p_holds, holds)
    from core.account_standing where account_no = p_account_no order by seq desc limit 1;
  update core.account set last_seq = last_seq + 1 where account_no = p_account_no;
  return head.last_seq + 1;
end
$$;

revoke execute on all functions in schema core from public;
grant execute on function core.bank_now(), core.business_date() to public;
grant execute on function core.post_movement(text, bigint, date, text, text),
  core.change_standing(text, text, text, text, text[]), core.move_business_date(integer) to channel;
grant execute on function core.move_day_balances(text, date, bigint) to legacy_core;

grant select on all tables in schema core to interest_service, legacy_core, channel, auditor;
grant update (balance, last_seq, paid_through) on core.account to interest_service, legacy_core;
grant insert on core.account_txn, core.posting, core.interest_payout to interest_service, legacy_core;
grant insert, update on core.day_balance to interest_service, legacy_core;
