-- The answer of DPI2100, DPI2900 and DPI9100. Refused: codes, message and basis only. rsn_all is for the log alone.
create type legacy.ty_ans as (
  rsp_cd text, msg_id text, msg_tx text, biz_dt text, bs_dt text, bs_seq numeric,
  payo_id text, paid_dt text, paid_tm text, repl_fg text, acno text, fr_dt text, to_dt text,
  grs numeric, itx numeric, ltx numeric, ftx numeric, net numeric, bal_aft numeric, memo text,
  gl_cd text[], gl_dc text[], gl_amt text[], rsn_all text
);

create function legacy.f_ans(p_rsp_cd text, p_bs_dt date, p_bs_seq numeric) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  a legacy.ty_ans;
begin
  a.rsp_cd := p_rsp_cd;
  select msg_id, msg_tx into strict a.msg_id, a.msg_tx from legacy.rsp_msg where rsp_cd = p_rsp_cd;
  a.biz_dt := legacy.f_ymd(core.business_date());
  a.bs_dt := legacy.f_ymd(p_bs_dt);
  a.bs_seq := p_bs_seq;
  return a;
end
$$;

-- Lines of a payout in the order of the chart of accounts; lines of zero won are left out.
create function legacy.f_lines(c legacy.ty_calc)
returns table (ln_no smallint, gl_cd text, core_gl text, dc_gb text, amt numeric)
language plpgsql stable as $$
begin
  return query
    select row_number() over (order by g.ord)::smallint, g.gl_cd::text, g.core_gl, g.dc_gb::text, v.amt
      from legacy.gl_map g
      join (values ('INTEREST_EXPENSE', c.grs), ('CUSTOMER_DEPOSIT', c.net), ('WITHHELD_INCOME_TAX', c.itx),
                   ('WITHHELD_LOCAL_TAX', c.ltx), ('WITHHELD_FARM_TAX', c.ftx)) v (core_gl, amt) using (core_gl)
     where v.amt > 0
     order by g.ord;
end
$$;

-- The answer for a computed payout that is not (or not yet) a receipt.
create function legacy.f_calc_ans(p_acno text, c legacy.ty_calc, p_memo text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  a legacy.ty_ans := legacy.f_ans(coalesce(c.rsn_cd, '0000'), c.bs_dt, c.bs_seq);
begin
  a.rsn_all := c.rsn_all;
  if c.rsn_cd is not null then
    return a;
  end if;
  a.acno := p_acno;
  a.fr_dt := legacy.f_ymd(c.fr_dt);
  a.to_dt := legacy.f_ymd(c.bs_dt);
  a.grs := c.grs;
  a.itx := c.itx;
  a.ltx := c.ltx;
  a.ftx := c.ftx;
  a.net := c.net;
  a.bal_aft := c.bal + c.net;
  a.memo := p_memo;
  select array_agg(l.gl_cd order by l.ln_no), array_agg(l.dc_gb order by l.ln_no), array_agg(l.amt::text order by l.ln_no)
    into a.gl_cd, a.gl_dc, a.gl_amt from legacy.f_lines(c) l;
  return a;
end
$$;

-- The answer for a receipt, whichever core wrote it: the first answer again, word for word.
create function legacy.f_rcpt_ans(p_payo_id uuid, p_repl_fg text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  r core.interest_payout;
  a legacy.ty_ans;
begin
  select * into strict r from core.interest_payout where payout_id = p_payo_id;
  a := legacy.f_ans('0000', r.business_date, r.basis_seq);
  a.payo_id := r.payout_id::text;
  a.paid_dt := legacy.f_ymd((r.paid_at at time zone 'Asia/Seoul')::date);
  a.paid_tm := legacy.f_hms(r.paid_at);
  a.repl_fg := p_repl_fg;
  a.acno := r.account_no;
  a.fr_dt := legacy.f_ymd(r.period_from);
  a.to_dt := legacy.f_ymd(r.period_to);
  a.grs := r.gross;
  a.itx := r.income_tax;
  a.ltx := r.local_tax;
  a.ftx := r.farm_tax;
  a.net := r.net;
  a.bal_aft := r.balance_after;
  a.memo := r.memo;
  select array_agg(g.gl_cd::text order by p.line_no), array_agg(case when p.amount > 0 then 'D' else 'C' end order by p.line_no),
         array_agg(abs(p.amount)::text order by p.line_no)
    into a.gl_cd, a.gl_dc, a.gl_amt
    from core.posting p join legacy.gl_map g on g.core_gl = p.gl_code
   where p.account_no = r.account_no and p.seq = r.seq;
  return a;
end
$$;
