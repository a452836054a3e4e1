/// Micro-benchmarks of what happens for every write.
@org.jspecify.annotations.NullMarked
package io.quorate.bench.micro;
