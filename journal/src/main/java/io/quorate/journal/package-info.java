/// The node's write-ahead log on disk, shared by all its replicas.
@NullMarked
package io.quorate.journal;

import org.jspecify.annotations.NullMarked;
