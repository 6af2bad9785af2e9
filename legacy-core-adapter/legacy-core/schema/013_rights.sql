-- The legacy core's process works on these books and on what core grants to its role; auditors read them.
revoke execute on all functions in schema legacy from public;
grant usage on schema legacy to legacy_core, auditor;
grant execute on all functions in schema legacy to legacy_core;
grant select on all tables in schema legacy to legacy_core, auditor;
grant insert on legacy.guid_log, legacy.step_log, legacy.jrnl, legacy.jrnl_dtl, legacy.acnt_hst, legacy.payo_hst,
  legacy.acrl_hst, legacy.chnl_key, legacy.pasbk, legacy.aud_img, legacy.snd_q, legacy.tax_line, legacy.day_cls
  to legacy_core;
grant update on legacy.guid_log, legacy.step_log to legacy_core;
grant insert, update on legacy.dly_tot, legacy.br_tot, legacy.prd_tot, legacy.gl_tot, legacy.br_gl, legacy.dim_stat,
  legacy.tax_tot, legacy.cust_ytd to legacy_core;
grant usage on sequence legacy.jrnl_sq to legacy_core;
