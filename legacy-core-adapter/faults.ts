import { faultCodes } from '@core-exit/process/faults';

/** The fault codes of the adapter and of the legacy core. */
export const ADAPTER_FAULTS = faultCodes({
  LEGACY_FAULT: {
    meaning:
      'the legacy core answered with a code for trouble on its side, or with a code that the adapter does not know',
    next: 'look up the GUID in the log of the legacy core; add an unknown code with its meaning to telegram/codes.ts',
  },
  LEGACY_ANSWER_IMPLAUSIBLE: {
    meaning: 'an answer of the legacy core is well formed but cannot be true',
    next: 'compare the version of the telegram with the layouts in telegram/messages',
  },
  TELEGRAM_UNENCODABLE: {
    meaning: 'a value does not fit into its field of a telegram',
    next: 'compare the field with its layout (npm run legacy -- describe)',
  },
  TELEGRAM_MALFORMED: {
    meaning: 'received bytes are not the telegram or document that they should be',
    next: 'compare the layouts of the sender with telegram/messages; a wrong offset shows in the first field that fails',
  },
  LINE_GARBAGE: {
    meaning: 'received bytes are no telegram of this protocol, so the session was closed',
    next: 'check which peer is connected to this port, and compare the length prefix of both ends',
  },
  DEFECT_HAS_NO_PLACE: {
    meaning: 'a stored function no longer contains the text that a defect replaces',
    next: 'adapt the defect in legacy-core/defects/catalogue.sql.ts to the present function',
  },
});
