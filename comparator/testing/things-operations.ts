/** The operations file of a gateway process in tests: the small service, and nothing of interest. */
import { thingService } from './service.ts';

export default {
  ...thingService,
  flag: 'things-e2e',
  identity: { ...thingService.identity, issuer: 'bank-auth', audience: 'interest-payout' },
};
