/** Before any module is read: a disk in memory. */

import 'fake-indexeddb/auto'
