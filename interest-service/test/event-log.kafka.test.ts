import { pino } from 'pino';
import { kafkajsLog } from '../src/events/kafkajs-log.ts';
import { eventLogContract } from './event-log-contract.ts';
import { platformaticLog } from './platformatic-log.ts';

eventLogContract('the event log by kafkajs', (brokers) =>
  kafkajsLog({ brokers, clientId: 'contract', log: pino({ level: 'silent' }) }),
);
eventLogContract('the event log by @platformatic/kafka', (brokers) =>
  platformaticLog({ brokers, clientId: 'contract' }),
);
