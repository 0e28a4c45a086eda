/** A disk whose writes are numbered, and which fails or dies at the one a test names. */

/** `request`: the write itself fails. `commit`: it seems to succeed, and its transaction cannot be committed. */
type Failing = { fails: string; at: 'request' | 'commit' }
/** The page is gone `before` the write, or `after` the commit of the transaction it belongs to. */
type Dying = { dies: 'before' | 'after' }
export type Fault = { write: number } & (Failing | Dying)

interface Transaction extends IDBTransaction {
  _requests: { operation: () => unknown }[]
  _start(): void
  _abort(name: string): void
}

let fault: Fault | null = null
let writes = 0
let dead = false
/** The fault has happened. */
let struck = false
const doomed = new WeakMap<object, 'commit' | 'after'>()

const gone = () => new DOMException('the page is gone', 'UnknownError')

/** Counts from nothing; with a fault, brings it about at its write. */
export function disk(next: Fault | null): void {
  fault = next
  writes = 0
  dead = false
  struck = false
}

/** How many writes there were since, and whether the fault has come about. */
export const seen = () => ({ writes, struck })

/** The page is gone: nothing it does reaches the disk any more. */
export const isDead = () => dead

/** The page is opened again on the same disk. */
export function revive(): void {
  fault = null
  dead = false
}

function strike(transaction: Transaction, now: Fault): void {
  struck = true
  if ('dies' in now) {
    if (now.dies === 'after') doomed.set(transaction, 'after')
    else {
      dead = true
      transaction._abort('AbortError')
    }
  } else if (now.at === 'commit') doomed.set(transaction, 'commit')
  else {
    const last = transaction._requests.at(-1)
    if (!last) throw new Error('a write makes a request')
    last.operation = () => {
      throw new DOMException('as the test wants it', now.fails)
    }
  }
}

type Write = (this: IDBObjectStore | IDBCursor, ...args: unknown[]) => unknown

function numbered(prototype: object, name: string, transactionOf: (at: never) => IDBTransaction): void {
  const write = Reflect.get(prototype, name) as Write
  Reflect.set(prototype, name, function (this: IDBObjectStore, ...args: unknown[]) {
    const transaction = transactionOf(this as never) as Transaction
    const request = write.apply(this, args)
    if (transaction.mode === 'readwrite') {
      writes += 1
      if (fault && writes === fault.write) strike(transaction, fault)
    }
    return request
  })
}

/** Puts the numbers under every database of this process; once. */
export function underEverything(): void {
  for (const name of ['put', 'add', 'delete', 'clear']) {
    numbered(IDBObjectStore.prototype, name, (at: IDBObjectStore) => at.transaction)
  }
  for (const name of ['update', 'delete']) {
    const storeOf = (at: IDBCursor) => ('objectStore' in at.source ? at.source.objectStore : at.source)
    numbered(IDBCursor.prototype, name, (at: IDBCursor) => storeOf(at).transaction)
  }
  const transactions = IDBTransaction.prototype as Transaction
  const start = transactions._start
  transactions._start = function (this: Transaction) {
    const fate = doomed.get(this)
    if (fate === undefined || this._requests.length > 0) return start.call(this)
    doomed.delete(this)
    if (fate === 'after') {
      start.call(this)
      dead = true
    } else this._abort(fault && 'fails' in fault ? fault.fails : 'AbortError')
  }
  const databases = IDBDatabase.prototype
  const open = databases.transaction
  databases.transaction = function (this: IDBDatabase, ...args: Parameters<typeof open>) {
    if (dead) throw gone()
    return open.apply(this, args)
  }
}
