/** An operations file that fails in the way that the answer names. */
import { valueAt } from '../src/index.ts';
import { thingRead, thingService } from './thing-service.ts';

export default {
  ...thingService,
  operations: [
    {
      ...thingRead,
      outcome(answer: Parameters<typeof thingRead.outcome>[0]) {
        const trouble = valueAt(answer.json(), '/amount');
        if (trouble === 'throw') throw new Error('no outcome');
        if (trouble === 'exit') process.exit(7);
        if (trouble === 'break later') setTimeout(() => void Promise.reject(new Error('later')), 20);
        while (trouble === 'hang') continue;
        return null;
      },
    },
  ],
};
