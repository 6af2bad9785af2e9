-- More of what other channels do. Each takes the row locks it needs in the order of account numbers, so that two of them
-- never wait for each other in a circle.

-- Moves an amount from one account to another, both or neither. Returns the seq of each entry.
create function core.transfer(
  p_from text, p_to text, p_amount bigint, p_channel text, p_channel_ref text, out from_seq bigint, out to_seq bigint
) language plpgsql security definer set search_path = '' as $$
begin
  if p_amount <= 0 or p_from = p_to then
    raise exception 'a transfer moves a positive amount between two accounts' using errcode = '22023';
  end if;
  perform from core.account where account_no in (p_from, p_to) order by account_no for update;
  from_seq := core.post_movement(p_from, -p_amount, null, p_channel, p_channel_ref || ':out');
  to_seq := core.post_movement(p_to, p_amount, null, p_channel, p_channel_ref || ':in');
end
$$;

-- Puts an earlier movement right: posts the difference to what it should have been, with the value date it had, so that
-- every day since then has the balance it should have had. Returns the seq of the entry.
create function core.correct_movement(
  p_account_no text, p_seq bigint, p_right_amount bigint, p_channel text, p_channel_ref text
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  wrong core.account_txn;
begin
  select * into wrong from core.account_txn
   where account_no = p_account_no and seq = p_seq and kind in ('DEPOSIT', 'WITHDRAWAL');
  if not found then
    raise exception 'account % has no movement %', p_account_no, p_seq using errcode = 'P0002';
  elsif wrong.amount = p_right_amount then
    raise exception 'movement % is right already', p_seq using errcode = '22023';
  end if;
  return core.post_movement(p_account_no, p_right_amount - wrong.amount, wrong.value_date, p_channel, p_channel_ref);
end
$$;

-- Closes an account: its balance is paid out, and nothing can be posted any more. Interest that was not collected before
-- stays unpaid here: a payout of a closed account is refused for ever. Returns the seq of the closing.
create function core.close_account(p_account_no text, p_channel text, p_channel_ref text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  head core.account;
begin
  select * into head from core.account where account_no = p_account_no for update;
  if not found then
    raise exception 'no account %', p_account_no using errcode = 'P0002';
  end if;
  if head.balance > 0 then
    perform core.post_movement(p_account_no, -head.balance, null, p_channel, p_channel_ref);
  end if;
  return core.change_standing(p_account_no, 'closed', null, null, null);
end
$$;

revoke execute on function core.transfer(text, text, bigint, text, text),
  core.correct_movement(text, bigint, bigint, text, text), core.close_account(text, text, text) from public;
grant execute on function core.transfer(text, text, bigint, text, text),
  core.correct_movement(text, bigint, bigint, text, text), core.close_account(text, text, text) to channel;
