import type { PageMethods, PageState, ToPage } from '../../src/shared/pageProtocol';
import { RpcClient } from '../../src/shared/rpc';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The page's line to the extension: asks, listens, and remembers what has to outlive a reload. */
export class Host {
  private readonly api = acquireVsCodeApi();
  private readonly rpc = new RpcClient<PageMethods>({
    post: (message) => this.api.postMessage(message),
    onMessage: listen,
  });

  /** Calls back with every state of the host, the first one asked for. */
  start(onState: (state: PageState) => void): void {
    listen((message) => {
      if (isState(message)) {
        onState(message.state);
      }
    });
    void this.rpc.call('ready', []).then(onState);
  }

  /** Asks the host to do something; what goes wrong it shows by itself. */
  send<K extends keyof PageMethods>(method: K, ...args: Parameters<PageMethods[K]>): void {
    // The mapped type of the arguments and Parameters<> are the same tuple; the compiler cannot tell for an open K.
    this.rpc.call(method, args as never).catch(() => undefined);
  }

  get saved(): unknown {
    return this.api.getState();
  }

  save(state: unknown): void {
    this.api.setState(state);
  }
}

function listen(listener: (message: unknown) => void): () => void {
  const onMessage = ({ data }: MessageEvent<unknown>): void => listener(data);
  window.addEventListener('message', onMessage);
  return () => window.removeEventListener('message', onMessage);
}

function isState(message: unknown): message is ToPage {
  return (message as Partial<ToPage> | null)?.type === 'state';
}
