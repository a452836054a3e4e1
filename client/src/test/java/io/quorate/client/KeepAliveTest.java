package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.api.LeaseGrpc;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  /// Answers with what is in `times` next; 0 is a lease that is gone, below it a failure.
  private static final class Service extends LeaseGrpc.LeaseImplBase {
    final BlockingQueue<Long> times = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
        StreamObserver<LeaseKeepAliveResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(LeaseKeepAliveRequest request) {
          asked.add(request.getID());
          long time = times.isEmpty() ? 0 : times.remove();
          if (time < 0) {
            answers.onError(Status.UNAVAILABLE.asRuntimeException());
          } else {
            answers.onNext(
                LeaseKeepAliveResponse.newBuilder().setID(request.getID()).setTTL(time).build());
          }
        }

        @Override
        public void onError(Throwable e) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private static final class Heard implements LeaseListener {
    private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

    @Override
    public void onRenewal(long seconds) {
      all.add("renewed " + seconds);
    }

    @Override
    public void onInterruption(QuorateException failure) {
      all.add("interrupted " + failure.code());
    }

    @Override
    public void onEnd(QuorateException failure) {
      all.add("end " + failure.code());
    }

    String next() throws InterruptedException {
      return String.valueOf(all.poll(Fake.SECONDS, TimeUnit.SECONDS));
    }
  }

  @Test
  void itRenewsOverAFailureUntilTheLeaseIsGone() throws Exception {
    var service = new Service();
    service.times.addAll(List.of(1L, 1L, -1L, 1L, 0L));
    var heard = new Heard();
    try (var fake = new Fake(service)) {
      fake.client.leases().keepAlive(0x77, heard);
      assertThat(heard.next()).isEqualTo("renewed 1");
      assertThat(heard.next()).isEqualTo("renewed 1");
      assertThat(heard.next()).isEqualTo("interrupted UNAVAILABLE");
      assertThat(heard.next()).isEqualTo("renewed 1");
      assertThat(heard.next()).isEqualTo("end NOT_FOUND");
      assertThat(service.asked).containsOnly(0x77L).hasSize(5);
    }
  }

  @Test
  void renewingOnceSaysHowLongItLives() throws Exception {
    var service = new Service();
    service.times.add(9L);
    try (var fake = new Fake(service)) {
      assertThat(fake.client.leases().renew(5)).isEqualTo(9);
      assertThat(
              catchThrowableOfType(
                      QuorateException.Refused.class, () -> fake.client.leases().renew(5))
                  .getMessage())
          .contains("there is no lease 5");
    }
  }
}
