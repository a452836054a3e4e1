/// The store's engine in production: RocksDB, with its log off, for the journal is the log.
@NullMarked
package io.quorate.server.rocksdb;

import org.jspecify.annotations.NullMarked;
