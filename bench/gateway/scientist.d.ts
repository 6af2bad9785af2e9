/** What the bench uses of scientist 1.1.1, which has no types of its own. */
declare module 'scientist' {
  type Experiment<T> = {
    async(isAsync: boolean): void;
    use(control: () => Promise<T>): void;
    try(candidate: () => Promise<T>): void;
  };
  export default class Scientist {
    science<T>(name: string, setup: (experiment: Experiment<T>) => void): Promise<T>;
  }
}
