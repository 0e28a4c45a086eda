// express-pouchdb over LevelDB: node pouchdb.mjs <port> <folder/>
import express from 'express'
import server from 'express-pouchdb'
import PouchDB from 'pouchdb'

const [port, prefix] = process.argv.slice(2)
const app = express()
app.use('/', server(PouchDB.defaults({ prefix }), { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: `${prefix}log.txt` }))
app.listen(Number(port), '127.0.0.1')
