create type legacy.ty_tax as (itx numeric, ltx numeric, ftx numeric, rl_vr text);

-- Cut below 10 won (국고금 관리법 47조).
create function legacy.f_cut10(p_amt numeric) returns numeric
language sql immutable return div(p_amt, 10) * 10;

-- Taxes withheld from p_grs won of interest paid on p_dt to a holder of class p_tax_cd.
-- A treaty rate that includes local tax is the total: ten elevenths of it are income tax.
create function legacy.f_tax(p_tax_cd text, p_dt date, p_grs numeric, p_trt_rt numeric, p_trt_inc boolean)
returns legacy.ty_tax
language plpgsql stable as $$
declare
  rt legacy.tax_rt;
  tx legacy.ty_tax;
begin
  select * into rt from legacy.tax_rt
   where tax_cd = p_tax_cd and eff_dt <= legacy.f_ymd(p_dt) order by eff_dt desc limit 1;
  if not found then
    raise exception 'no withholding rate for tax class % on %', p_tax_cd, p_dt using errcode = 'LG905';
  end if;
  if rt.trt_yn = 'Y' and p_trt_rt is not null then
    tx.itx := case when p_trt_inc then div(p_grs * p_trt_rt * 10, 110) * 10 else legacy.f_cut10(p_grs * p_trt_rt) end;
  else
    tx.itx := legacy.f_cut10(p_grs * rt.itx_rt);
  end if;
  if tx.itx < rt.itx_min then
    tx.itx := 0;
  end if;
  tx.ltx := legacy.f_cut10(tx.itx * rt.ltx_rt);
  tx.ftx := legacy.f_cut10(p_grs * rt.ftx_rt);
  tx.rl_vr := rt.rl_vr;
  return tx;
end
$$;
