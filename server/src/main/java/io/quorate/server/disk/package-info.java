/// Files.
@NullMarked
package io.quorate.server.disk;

import org.jspecify.annotations.NullMarked;
