/// Makes a process fast before clients need it.
@NullMarked
package io.quorate.server.warmup;

import org.jspecify.annotations.NullMarked;
