/// Snapshot files, and the beginning of a new cluster from one.
@NullMarked
package io.quorate.server.restore;

import org.jspecify.annotations.NullMarked;
