create type legacy.ty_qt as (
  rsp_cd text, msg_id text, msg_tx text, biz_dt text, bs_dt text, bs_seq numeric, acno text, hld_nm text,
  fr_dt text, to_dt text, grs numeric, itx numeric, ltx numeric, ftx numeric, net numeric,
  pay_fg text, rsn_cd text, exp_dt text
);

-- DPI1100, interest inquiry: the estimate as of now, or as of a given basis. A refused account is answered too,
-- with its amounts and its reason.
create function legacy.dpi1100(p_acno text, p_csno text, p_bs_dt text, p_bs_seq numeric) returns legacy.ty_qt
language plpgsql volatile as $$
declare
  b legacy.ty_bs := legacy.f_bs(p_acno, p_csno, p_bs_dt, p_bs_seq);
  c legacy.ty_calc;
  q legacy.ty_qt;
begin
  q.rsp_cd := b.rsp_cd;
  select msg_id, msg_tx into strict q.msg_id, q.msg_tx from legacy.rsp_msg where rsp_cd = b.rsp_cd;
  q.biz_dt := legacy.f_ymd(core.business_date());
  if b.rsp_cd <> '0000' then
    return q;
  end if;
  c := legacy.f_calc(p_acno, b.bs_dt, b.bs_seq);
  q.bs_dt := legacy.f_ymd(c.bs_dt);
  q.bs_seq := c.bs_seq;
  q.acno := p_acno;
  select cu.name into q.hld_nm from core.account ac join core.customer cu using (customer_id) where ac.account_no = p_acno;
  q.fr_dt := legacy.f_ymd(c.fr_dt);
  q.to_dt := legacy.f_ymd(c.bs_dt);
  q.grs := c.grs;
  q.itx := c.itx;
  q.ltx := c.ltx;
  q.ftx := c.ftx;
  q.net := c.net;
  q.pay_fg := case when c.rsn_cd is null then 'Y' else 'N' end;
  q.rsn_cd := coalesce(c.rsn_cd, '0000');
  q.exp_dt := legacy.f_ymd(c.bs_dt + 1);
  return q;
end
$$;

-- DPI2900, rehearsal: the payout as it would be at the basis; nothing is written.
create function legacy.dpi2900(p_acno text, p_csno text, p_bs_dt text, p_bs_seq numeric, p_memo text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  b legacy.ty_bs := legacy.f_bs(p_acno, p_csno, p_bs_dt, p_bs_seq);
begin
  if b.rsp_cd <> '0000' then
    return legacy.f_ans(b.rsp_cd, null, null);
  end if;
  return legacy.f_calc_ans(p_acno, legacy.f_calc(p_acno, b.bs_dt, b.bs_seq), p_memo);
end
$$;
