-- What an account's interest comes to at a basis. rsn_cd null: may be paid.
create type legacy.ty_calc as (
  bs_dt date, bs_seq bigint, fr_dt date, bal numeric, num_sum numeric, dc_bs text, prd_cd text, tax_cd text,
  grs numeric, itx numeric, ltx numeric, ftx numeric, net numeric, rl_vr text, rsn_cd text, rsn_all text
);

create function legacy.f_cd(p_knd text, p_wd text) returns text
language plpgsql stable as $$
declare
  v_cd text;
begin
  select cd into v_cd from legacy.cd_map where knd = p_knd and core_wd = p_wd;
  if not found then
    raise exception 'no legacy code for % %', p_knd, p_wd using errcode = 'LG905';
  end if;
  return v_cd;
end
$$;

-- All reasons that stand against a payout on demand, in order of precedence.
create function legacy.f_elig(p_std core.account_standing, p_trm core.product_terms) returns text[]
language plpgsql stable as $$
declare
  v_st text[] := array['A' || legacy.f_cd('A', p_std.account_status), 'C' || legacy.f_cd('C', p_std.customer_status),
                       'T' || legacy.f_cd('T', p_std.tax_class)];
  v_hold text;
begin
  foreach v_hold in array p_std.holds loop
    v_st := v_st || ('H' || legacy.f_cd('H', v_hold));
  end loop;
  return array(
    select r.rsn_cd from legacy.elig_rl r
     where r.knd || r.cd = any (v_st)
       and not (r.sw_cd = 'W' and p_trm.pays_under_withdrawal_stop)
       and not (r.sw_cd = 'C' and p_trm.corporate_allowed)
     order by r.prcd_no);
end
$$;

-- The one reason of the answer: eligibility, then already paid (E201), then nothing to pay (E202), which is interest
-- below the least amount the product pays: it goes on accumulating.
create function legacy.f_rsn(p_elig text[], p_acno text, p_dt date, p_seq bigint, p_grs numeric, p_min numeric) returns text
language plpgsql stable as $$
begin
  if cardinality(p_elig) > 0 then
    return p_elig[1];
  elsif exists (select from core.interest_payout
                 where account_no = p_acno and business_date = p_dt and seq <= p_seq) then
    return 'E201';
  elsif p_grs < p_min then
    return 'E202';
  end if;
  return null;
end
$$;

-- The end of the last paid period as of p_seq, else the opening day. What was taken back by then is not paid.
create function legacy.f_fr_dt(p_acno text, p_opn date, p_seq bigint) returns date
language plpgsql stable as $$
begin
  return coalesce((select p.period_to from core.interest_payout p
                    where p.account_no = p_acno and p.seq <= p_seq
                      and not exists (select from core.interest_reversal r where r.payout_id = p.payout_id and r.seq <= p_seq)
                    order by p.seq desc limit 1), p_opn);
end
$$;

-- Computes the payout of an existing account at a basis, from what was in force at that basis alone.
create function legacy.f_calc(p_acno text, p_dt date, p_seq bigint) returns legacy.ty_calc
language plpgsql stable as $$
declare
  ac core.account;
  std core.account_standing;
  trm core.product_terms;
  tx legacy.ty_tax;
  c legacy.ty_calc;
  v_elig text[];
begin
  select * into strict ac from core.account where account_no = p_acno;
  select * into std from core.account_standing where account_no = p_acno and seq <= p_seq order by seq desc limit 1;
  if not found then
    raise exception 'account has no standing at entry %', p_seq using errcode = 'LG905';
  end if;
  select * into trm from core.product_terms
   where product_code = ac.product_code and effective_from <= p_dt order by effective_from desc limit 1;
  if not found then
    raise exception 'product % has no terms on %', ac.product_code, p_dt using errcode = 'LG905';
  end if;
  c.bs_dt := p_dt;
  c.bs_seq := p_seq;
  c.prd_cd := ac.product_code;
  c.dc_bs := trm.day_count;
  c.tax_cd := legacy.f_cd('T', std.tax_class);
  c.fr_dt := legacy.f_fr_dt(p_acno, ac.opened_on, p_seq);
  select coalesce(sum(amount), 0) into c.bal from core.account_txn where account_no = p_acno and seq <= p_seq;
  c.num_sum := legacy.f_acrl(p_acno, ac.product_code, c.fr_dt, p_dt, p_seq, trm.day_count, trm.tier_mode);
  c.grs := legacy.f_rnd(c.num_sum, 1603080, trm.rounding_mode);
  tx := legacy.f_tax(c.tax_cd, p_dt, c.grs, std.treaty_rate, std.treaty_includes_local_tax);
  c.itx := tx.itx;
  c.ltx := tx.ltx;
  c.ftx := tx.ftx;
  c.rl_vr := tx.rl_vr;
  c.net := c.grs - c.itx - c.ltx - c.ftx;
  if c.bal + c.net > 999999999999999999 then
    raise exception 'the balance after the payout has more than 18 digits' using errcode = 'LG903';
  end if;
  v_elig := legacy.f_elig(std, trm);
  c.rsn_cd := legacy.f_rsn(v_elig, p_acno, p_dt, p_seq, c.grs, trm.minimum_payable);
  c.rsn_all := array_to_string(v_elig, ',');
  return c;
end
$$;

-- Furthest day from the opening that is computed (100 years): a basis beyond it is no basis.
create function legacy.f_max_days() returns integer language sql immutable return 36525;

create type legacy.ty_bs as (rsp_cd text, bs_dt date, bs_seq bigint);

-- The basis to answer from: the given one if the account had it, else the present one. An empty customer number is
-- an operator's. The head is read before the date, so today is never earlier than an entry already seen.
create function legacy.f_bs(p_acno text, p_csno text, p_bs_dt text, p_bs_seq numeric) returns legacy.ty_bs
language plpgsql volatile as $$
declare
  ac core.account;
  b legacy.ty_bs;
begin
  b.rsp_cd := '0000';
  select * into ac from core.account where account_no = p_acno and (p_csno = '' or customer_id = p_csno);
  if not found then
    b.rsp_cd := 'E401';
    return b;
  end if;
  if p_bs_dt is null then
    b.bs_seq := ac.last_seq;
    b.bs_dt := core.business_date();
    return b;
  end if;
  b.bs_dt := to_date(p_bs_dt, 'YYYYMMDD');
  -- A day before the last payout is a basis all the same: the bank's clock may have been put back after it.
  if p_bs_seq > ac.last_seq or b.bs_dt < ac.opened_on or b.bs_dt - ac.opened_on > legacy.f_max_days() then
    b.rsp_cd := 'E402';
    return b;
  end if;
  b.bs_seq := p_bs_seq;
  return b;
end
$$;
