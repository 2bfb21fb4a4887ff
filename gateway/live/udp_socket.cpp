#include "gateway/live/udp_socket.hpp"

#include <netinet/in.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

std::string failed(const UdpAddress& address, const std::string& what) {
    return udp_url(address) + ": " + what + ": " +
           std::error_code{errno, std::generic_category()}.message();
}

template <class Value>
bool set(int fd, int level, int option, const Value& value) {
    return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// Only what the group is sent, whatever others on this machine have joined.
bool join(int fd, const UdpAddress& group, std::optional<Ipv4> interface) {
    ip_mreqn membership{};
    membership.imr_multiaddr.s_addr = htonl(group.ip.number);
    membership.imr_address.s_addr = htonl(interface ? interface->number : INADDR_ANY);
    return set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership) &&
           set(fd, IPPROTO_IP, IP_MULTICAST_ALL, int{0});
}

/// What the kernel gives: a privileged process passes the system's limit.
std::size_t ask_for_buffer(int fd, std::size_t bytes) {
    const int wanted =
        static_cast<int>(std::min<std::size_t>(bytes, std::numeric_limits<int>::max() / 2));
    if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, wanted)) (void)set(fd, SOL_SOCKET, SO_RCVBUF, wanted);
    int granted = 0;
    socklen_t length = sizeof granted;
    if (::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &length) != 0) return 0;
    return static_cast<std::size_t>(granted) / 2;  // the kernel doubles it for its own needs
}

}  // namespace

replay::Result<UdpSocket> UdpSocket::open(const UdpSocketOptions& options) {
    const UdpAddress& address = options.address;
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.open()) return failed(address, "cannot make a socket");
    const int fd = socket.get();
    if (options.interface && !address.is_multicast())
        return udp_url(address) + ": only a multicast group is joined at an interface";
    // Several programs of a machine may follow one group; nobody takes a unicast port from another.
    if (address.is_multicast() && !set(fd, SOL_SOCKET, SO_REUSEADDR, int{1}))
        return failed(address, "cannot share the port");
    const sockaddr_in to = to_sockaddr(address);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        return failed(address, "cannot bind to it");
    if (address.is_multicast() && !join(fd, address, options.interface))
        return failed(address, "cannot join the group" +
                                   (options.interface ? " at " + to_string(*options.interface)
                                                      : std::string{}));
    if (!set(fd, SOL_SOCKET, SO_TIMESTAMPNS, int{1}) || !set(fd, SOL_SOCKET, SO_RXQ_OVFL, int{1}))
        return failed(address, "cannot have times and drops noted");
    const std::size_t granted = ask_for_buffer(fd, options.buffer_bytes);
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) != 0)
        return failed(address, "cannot tell the port");
    return UdpSocket{std::move(socket), from_sockaddr(bound), granted, options.batch};
}

UdpSocket::UdpSocket(Descriptor socket, const UdpAddress& address, std::size_t granted,
                     std::size_t batch)
    : socket_{std::move(socket)},
      address_{address},
      granted_bytes_{granted},
      bytes_{std::make_unique_for_overwrite<std::byte[]>(batch * stride)},
      controls_{std::make_unique<std::byte[]>(batch * control_bytes)},
      parts_(batch),
      sources_(batch),
      heads_(batch),
      datagrams_(batch) {
    static_assert(CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(std::uint32_t)) <=
                  control_bytes);
    for (std::size_t i = 0; i < batch; ++i) {
        parts_[i] = {bytes_.get() + i * stride, datagram_bytes_max};
        msghdr& head = heads_[i].msg_hdr;
        head.msg_iov = &parts_[i];
        head.msg_iovlen = 1;
        head.msg_name = &sources_[i];
        head.msg_control = controls_.get() + i * control_bytes;
        head.msg_namelen = sizeof(sockaddr_in);
        head.msg_controllen = control_bytes;
    }
}

std::size_t UdpSocket::receive(book::TimeNs now) {
    int got = 0;
    do {
        got = ::recvmmsg(fd(), heads_.data(), static_cast<unsigned>(heads_.size()), MSG_DONTWAIT,
                         nullptr);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        if (errno != EAGAIN) ++failures_;
        return 0;
    }
    const auto count = static_cast<std::size_t>(got);
    for (std::size_t i = 0; i < count; ++i) {
        Datagram& datagram = datagrams_[i];
        datagram = {
            {bytes_.get() + i * stride, heads_[i].msg_len}, now, from_sockaddr(sources_[i])};
        read_control(heads_[i].msg_hdr, datagram);
    }
    return count;
}

void UdpSocket::read_control(msghdr& head, Datagram& datagram) {
    for (cmsghdr* item = CMSG_FIRSTHDR(&head); item != nullptr; item = CMSG_NXTHDR(&head, item)) {
        if (item->cmsg_level != SOL_SOCKET) continue;
        if (item->cmsg_type == SCM_TIMESTAMPNS) {
            timespec time{};
            std::memcpy(&time, CMSG_DATA(item), sizeof time);
            datagram.received = book::TimeNs{std::chrono::seconds{time.tv_sec} +
                                             std::chrono::nanoseconds{time.tv_nsec}};
        } else if (item->cmsg_type == SO_RXQ_OVFL) {
            std::uint32_t drops = 0;
            std::memcpy(&drops, CMSG_DATA(item), sizeof drops);
            kernel_drops_ += drops - last_drops_;
            last_drops_ = drops;
        }
    }
    // The kernel wrote the lengths it used; the next call needs those there are.
    head.msg_namelen = sizeof(sockaddr_in);
    head.msg_controllen = control_bytes;
}

bool UdpSocket::send(codecs::Bytes bytes, const UdpAddress& to) {
    const sockaddr_in address = to_sockaddr(to);
    const ssize_t sent = ::sendto(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                  reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return sent == static_cast<ssize_t>(bytes.size());
}

std::optional<std::uint32_t> RequestSocket::server_of(const UdpAddress& source) const {
    const auto found = std::ranges::find(servers_, source);
    if (found == servers_.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - servers_.begin());
}

}  // namespace tickweir::gateway
