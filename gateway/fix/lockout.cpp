#include "gateway/fix/lockout.hpp"

namespace tickweir::gateway::fix {
namespace {

/// Of IPv6 a host has a whole /64: every address in it is one stranger.
IpAddress stranger_of(IpAddress address) {
    if (!address.is_v4())
        std::fill(address.bytes.begin() + 8, address.bytes.end(), std::uint8_t{0});
    return address;
}

}  // namespace

std::size_t Lockout::AddressHash::operator()(const IpAddress& address) const {
    const std::string_view bytes{reinterpret_cast<const char*>(address.bytes.data()),
                                 address.bytes.size()};
    return std::hash<std::string_view>{}(bytes);
}

bool Lockout::refuses(const IpAddress& address, book::TimeNs now) {
    const bool locked = addresses_.is_locked(stranger_of(address), now);
    counts_.refused += locked ? 1 : 0;
    return locked;
}

bool Lockout::refuses(std::string_view comp_id, const IpAddress& address, book::TimeNs now) {
    if (refuses(address, now)) return true;
    const bool locked = clients_.is_locked(std::string{comp_id}, now);
    counts_.refused += locked ? 1 : 0;
    return locked;
}

bool Lockout::failed(std::string_view comp_id, const IpAddress& address, book::TimeNs now) {
    ++counts_.failures;
    const bool by_address = addresses_.failed(stranger_of(address), now, counts_);
    const bool by_client = !comp_id.empty() && clients_.failed(std::string{comp_id}, now, counts_);
    return by_address || by_client;
}

void Lockout::succeeded(std::string_view comp_id, const IpAddress& address) {
    clients_.succeeded(std::string{comp_id});
    addresses_.succeeded(stranger_of(address));
}

}  // namespace tickweir::gateway::fix
