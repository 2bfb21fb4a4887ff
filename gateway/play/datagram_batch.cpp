#include "gateway/play/datagram_batch.hpp"

#include <cerrno>

#include "book/ensure.hpp"

namespace tickweir::gateway {

void DatagramBatch::add(const codecs::mold::Header& head, codecs::Bytes frames,
                        const UdpAddress& to) {
    book::ensure(!full());
    heads_[size_] = head;
    to_[size_] = to_sockaddr(to);
    // The kernel only reads what it sends; its interface does not say so.
    parts_[size_] = {iovec{&heads_[size_], sizeof head},
                     iovec{const_cast<std::byte*>(frames.data()), frames.size()}};
    msghdr& message = messages_[size_].msg_hdr;
    message = {};
    message.msg_name = &to_[size_];
    message.msg_namelen = sizeof(sockaddr_in);
    message.msg_iov = parts_[size_].data();
    message.msg_iovlen = frames.empty() ? 1 : 2;
    ++size_;
}

SendResult DatagramBatch::send(int socket) {
    SendResult result;
    while (result.sent < size_) {
        const int sent =
            ::sendmmsg(socket, messages_.data() + result.sent,
                       static_cast<unsigned>(size_ - result.sent), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            result.sent += static_cast<std::size_t>(sent);
            continue;
        }
        if (errno == EINTR) continue;
        result.error = errno;
        break;
    }
    return result;
}

}  // namespace tickweir::gateway
