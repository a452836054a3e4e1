package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.api.ResponseHeader;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchGrpc;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatcherTest {
  private static final Watch KEY = Watch.of(KeyRange.single(ByteSequence.of("key")));

  /// What was heard, as text, in order.
  private static final class Heard implements WatchListener {
    private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

    @Override
    public void onBegin(long revision) {
      all.add("begin " + revision);
    }

    @Override
    public void onEvents(List<Event> events) {
      events.forEach(
          event -> all.add("%s %d".formatted(event.kind(), event.keyValue().modRevision())));
    }

    @Override
    public void onProgress(long revision) {
      all.add("progress " + revision);
    }

    @Override
    public void onInterruption(QuorateException failure) {
      all.add("interrupted " + failure.code());
    }

    @Override
    public void onEnd(QuorateException failure) {
      all.add("end " + failure.code() + ": " + failure.getMessage());
    }

    String next() throws InterruptedException {
      return String.valueOf(all.poll(Fake.SECONDS, TimeUnit.SECONDS));
    }
  }

  /// One stream that a client has opened.
  private record Stream(WatchCreateRequest request, StreamObserver<WatchResponse> answers) {
    void created(long revision) {
      answers.onNext(at(revision).setCreated(true).build());
    }

    void put(long... revisions) {
      var response = at(1_000);
      for (long revision : revisions) {
        response
            .addEventsBuilder()
            .getKvBuilder()
            .setKey(ByteString.copyFromUtf8("key"))
            .setModRevision(revision);
      }
      answers.onNext(response.build());
    }

    void fail(Status status) {
      answers.onError(status.asRuntimeException());
    }

    static WatchResponse.Builder at(long revision) {
      return WatchResponse.newBuilder()
          .setHeader(ResponseHeader.newBuilder().setRevision(revision));
    }
  }

  private static final class Service extends WatchGrpc.WatchImplBase {
    private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(WatchRequest request) {
          if (request.hasCreateRequest()) {
            streams.add(new Stream(request.getCreateRequest(), answers));
          }
        }

        @Override
        public void onError(Throwable e) {}

        @Override
        public void onCompleted() {}
      };
    }

    Stream next() throws InterruptedException {
      var stream = streams.poll(Fake.SECONDS, TimeUnit.SECONDS);
      assertThat(stream).as("a stream").isNotNull();
      return stream;
    }
  }

  private final Service service = new Service();
  private final Heard heard = new Heard();

  @Test
  void itResumesBehindTheLastEventAndNotBehindTheHeader() throws Exception {
    try (var fake = new Fake(service)) {
      fake.client.watch(KEY, heard);
      var first = service.next();
      assertThat(first.request.getStartRevision()).isZero();
      first.created(5);
      first.put(6, 8);
      first.fail(Status.UNAVAILABLE);
      var second = service.next();
      assertThat(second.request.getStartRevision()).isEqualTo(9);
      second.created(20);
      second.put(9);
      second.fail(Status.INTERNAL);
      assertThat(service.next().request.getStartRevision()).isEqualTo(10);
      assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next()))
          .containsExactly("begin 6", "PUT 6", "PUT 8", "interrupted UNAVAILABLE");
      assertThat(List.of(heard.next(), heard.next(), heard.next()))
          .containsExactly("begin 9", "PUT 9", "interrupted INTERNAL");
    }
  }

  @Test
  void fromNowOnIsTheSameMomentAfterAnInterruption() throws Exception {
    try (var fake = new Fake(service)) {
      fake.client.watch(KEY, heard);
      var first = service.next();
      first.created(5);
      first.fail(Status.UNAVAILABLE);
      assertThat(service.next().request.getStartRevision()).isEqualTo(6);
    }
  }

  @Test
  void progressIsAPlaceToResumeFrom() throws Exception {
    try (var fake = new Fake(service)) {
      fake.client.watch(KEY.from(3), heard);
      var first = service.next();
      first.created(5);
      first.answers.onNext(Stream.at(40).setWatchId(-1).build());
      first.fail(Status.UNAVAILABLE);
      assertThat(service.next().request.getStartRevision()).isEqualTo(41);
      assertThat(List.of(heard.next(), heard.next())).containsExactly("begin 3", "progress 40");
    }
  }

  @Test
  void compactionEndsItAndSaysWhatIsLeft() throws Exception {
    try (var fake = new Fake(service)) {
      fake.client.watch(KEY.from(3), heard);
      var only = service.next();
      only.answers.onNext(Stream.at(50).setCanceled(true).setCompactRevision(30).build());
      assertThat(heard.next()).contains("OUT_OF_RANGE", "compacted", "revision 30 is the oldest");
    }
  }

  @Test
  void whatTheServerRefusesEndsItWithTheServersWords() throws Exception {
    try (var fake = new Fake(service)) {
      fake.client.watch(KEY, heard);
      service.next().fail(Status.PERMISSION_DENIED.withDescription("etcdserver: no"));
      assertThat(heard.next()).isEqualTo("end PERMISSION_DENIED: etcdserver: no");
    }
  }

  @Test
  void eachAddressGetsOneTryBeforeItGivesUp() throws Exception {
    try (var fake = new Fake(service, "127.0.0.1:1")) {
      fake.client.watch(KEY, heard);
      service.next().fail(Status.UNAVAILABLE.withDescription("not now"));
      assertThat(heard.next()).isEqualTo("interrupted UNAVAILABLE");
      assertThat(heard.next()).isEqualTo("end UNAVAILABLE: not now");
    }
  }

  @Test
  void filtersAndWishesReachTheServer() throws Exception {
    try (var fake = new Fake(service)) {
      fake.client.watch(KEY.puts(false).previous(true).progress(true), heard);
      var request = service.next().request;
      assertThat(request.getFiltersList()).containsExactly(WatchCreateRequest.FilterType.NOPUT);
      assertThat(request.getPrevKv()).isTrue();
      assertThat(request.getProgressNotify()).isTrue();
    }
  }
}
