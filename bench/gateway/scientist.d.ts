/** What the bench uses of scientist 1.1.1, which has no types of its own. */
declare module 'scientist' {
  type Experiment<T> = {
    async(isAsync: boolean): void;
    use(control: () => Promise<T>): void;
    try(candidate: () => Promise<T>): void;
  };
  type Result = { mismatched: object[]; candidates: { didReturn(): boolean }[] };
  export default class Scientist {
    on(event: 'result', listener: (result: Result) => void): void;
    science<T>(name: string, setup: (experiment: Experiment<T>) => void): Promise<T>;
  }
}
