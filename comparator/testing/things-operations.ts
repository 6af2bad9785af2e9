/** The operations file of a gateway process in tests: the service of things. */
import { thingService } from './thing-service.ts';

export default {
  ...thingService,
  flag: 'things-e2e',
};
