-- An approval counts only for the version of the plan that the person approved.
alter table rollout.approval add column plan_hash text not null default '';
alter table rollout.approval alter column plan_hash drop default;
alter table rollout.approval drop constraint approval_pkey, add primary key (flag, since, plan_hash, approver);
drop index rollout.one_approval_a_person;
create unique index one_approval_a_person on rollout.approval (flag, since, plan_hash, lower(approver));
