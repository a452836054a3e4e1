/// What is told over plain HTTP: health, version, metrics.
@NullMarked
package io.quorate.server.http;

import org.jspecify.annotations.NullMarked;
