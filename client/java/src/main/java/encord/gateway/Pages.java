package encord.gateway;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Lists in pages. */
public final class Pages {
  // The most that the gateway puts on a page; a whole list may be more than gRPC lets through.
  private static final int PAGE_SIZE = 1000;

  private Pages() {}

  /**
   * All pages of a list: {@code Pages.of(stub::listProjects, ListProjectsRequest.getDefaultInstance())}.
   * A page has as many entries as the request's page_size says, or 1000 if that is unset. Throws
   * EncordException while it is iterated over.
   */
  public static <RequestT extends Message, ResponseT extends Message> Iterable<ResponseT> of(
      Function<RequestT, ResponseT> list, RequestT request) {
    return () -> new PageIterator<>(list, request);
  }

  private static final class PageIterator<RequestT extends Message, ResponseT extends Message>
      implements Iterator<ResponseT> {
    private final Function<RequestT, ResponseT> list;
    private final Message.Builder next;
    private boolean hasNext = true;

    PageIterator(Function<RequestT, ResponseT> list, RequestT request) {
      this.list = list;
      next = request.toBuilder();
      FieldDescriptor size = request.getDescriptorForType().findFieldByName("page_size");
      if (!next.hasField(size)) {
        next.setField(size, PAGE_SIZE);
      }
    }

    @Override
    public boolean hasNext() {
      return hasNext;
    }

    @Override
    @SuppressWarnings("unchecked")
    public ResponseT next() {
      if (!hasNext) {
        throw new NoSuchElementException();
      }
      ResponseT page;
      try {
        page = list.apply((RequestT) next.build());
      } catch (StatusRuntimeException e) {
        throw EncordException.from(e);
      }
      Object token =
          page.getField(page.getDescriptorForType().findFieldByName("next_page_token"));
      hasNext = !token.equals("");
      next.setField(next.getDescriptorForType().findFieldByName("page_token"), token);
      return page;
    }
  }
}
