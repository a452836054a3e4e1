package io.quorate.bench;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.quorate.api.KVGrpc;
import io.quorate.api.PutRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The time without writes after the leader's process was killed: a put each 10 ms to a survivor;
/// the time from the kill to the first answer to a put that was sent after it.
final class FailOver {
  private static final int EVERY_MILLIS = 10;

  private FailOver() {}

  /// Kills the leader, waits until writes are back, and starts the killed node again.
  ///
  /// @return milliseconds
  static double once(Contender contender) throws Exception {
    int leader = contender.awaitLeader();
    int survivor = (leader + 1) % Contender.NODES;
    var stub = KVGrpc.newFutureStub(contender.channel(survivor));
    var put =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("fail-over"))
            .setValue(ByteString.copyFrom(new byte[256]))
            .build();
    for (int i = 0; i < 50; i++) {
      stub.withDeadlineAfter(5, TimeUnit.SECONDS).put(put).get();
      Thread.sleep(EVERY_MILLIS);
    }
    contender.kill(leader);
    long killed = System.nanoTime();
    var answered = new AtomicLong();
    while (answered.get() == 0) {
      if (System.nanoTime() - killed > 30_000_000_000L) {
        throw new IllegalStateException("no write within 30 s");
      }
      var answer = stub.withDeadlineAfter(30, TimeUnit.SECONDS).put(put);
      answer.addListener(
          () -> {
            try {
              answer.get();
              answered.compareAndSet(0, System.nanoTime());
            } catch (Exception e) {
              // Not back yet.
            }
          },
          Runnable::run);
      Thread.sleep(EVERY_MILLIS);
    }
    contender.start(leader);
    awaitWhole(contender);
    return (answered.get() - killed) / 1e6;
  }

  /// Until all three follow the same leader and have caught up.
  private static void awaitWhole(Contender contender) throws InterruptedException {
    while (true) {
      try {
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int node = 0; node < Contender.NODES; node++) {
          var status = contender.status(node);
          long applied = status.getLeader() == 0 ? 0 : status.getRaftAppliedIndex();
          least = Math.min(least, applied);
          most = Math.max(most, applied);
        }
        if (least == most) {
          Thread.sleep(500);
          return;
        }
      } catch (StatusRuntimeException e) {
        // On its way up.
      }
      Thread.sleep(20);
    }
  }
}
