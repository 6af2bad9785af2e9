-- Events of release 0.1.0 have a number `version` instead of `schemaVersion`, and the tax worker refuses an event without
-- `schemaVersion`. Their fields are those of version 1.0. 003_tax_path.sql sends these events again, so that the tax book is
-- built anew; this file makes them readable. A worker that already refused such an event receives it once more.
update interest.outbox
   set payload = payload - 'version' || '{"schemaVersion": "1.0"}', published_at = null
 where not payload ? 'schemaVersion';
