/** No log line needs so many digits in a row, but numbers of accounts and customers have them. */
const LONG_NUMBER = /[0-9]{8,}/g;

/** An error as it may be logged: its kind and place, without the values that a database or a driver adds to it. */
export type LoggedFault = {
  type: string;
  message: string;
  code?: string;
  constraint?: string;
  table?: string;
  stack: string;
  cause?: LoggedFault;
};

/** Serializer for `err` in log lines. Errors of database drivers carry the statement's parameters, which name customers. */
export function faultForLog(fault: unknown): LoggedFault {
  if (!(fault instanceof Error)) return { type: typeof fault, message: masked(String(fault)), stack: '' };
  const { code, constraint, table } = fault as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: fault.name,
    message: masked(fault.message),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    stack: framesOf(fault),
    ...(fault.cause !== undefined && { cause: faultForLog(fault.cause) }),
  };
}

/** The stack without its first lines, which repeat the message. */
function framesOf(fault: Error): string {
  const lines = (fault.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return lines.map((line) => line.trim()).join(' | ');
}

function masked(text: string): string {
  return text.replace(LONG_NUMBER, (digits) => digits.slice(-4).padStart(digits.length, '*'));
}
