#include "gateway/serve/api/access_keys.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tickweir::gateway {
namespace {

constexpr bool is_key_character(char c) {
    constexpr std::string_view marks = "-._~+/";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != marks.npos;
}

}  // namespace

std::string_view bearer_key(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer";
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
    if (authorization.size() <= scheme.size() ||
        !std::ranges::equal(authorization.substr(0, scheme.size()), scheme, {}, lower))
        return {};
    std::string_view rest = authorization.substr(scheme.size());
    const std::size_t key = rest.find_first_not_of(' ');
    if (key == 0 || key == rest.npos) return {};
    rest.remove_prefix(key);
    return is_bearer_key(rest) ? rest : std::string_view{};
}

bool equal_in_constant_time(std::string_view sent, std::string_view key) {
    // Volatile, so that the loop is not left early once the outcome is known.
    volatile std::size_t difference = sent.size() ^ key.size();
    std::size_t at = 0;
    for (const char c : sent) {
        difference = difference | static_cast<unsigned char>(c ^ key[at]);
        at = at + 1 == key.size() ? 0 : at + 1;
    }
    return difference == 0;
}

bool is_bearer_key(std::string_view text) {
    const std::size_t end = std::min(text.find('='), text.size());
    return end != 0 && std::ranges::all_of(text.substr(0, end), is_key_character) &&
           text.find_first_not_of('=', end) == text.npos;
}

AccessKeys::AccessKeys(std::vector<AccessKey> keys) : keys_{std::move(keys)} {
    const auto usable = [](const AccessKey& key) { return is_bearer_key(key.key); };
    const auto bad = std::ranges::find_if_not(keys_, usable);
    if (bad != keys_.end())
        throw std::invalid_argument{"key " + std::to_string(bad - keys_.begin() + 1) +
                                    " of the API is empty or has characters other than letters, "
                                    "digits and -._~+/ with = at its end"};
}

Access AccessKeys::check(std::string_view authorization, Right right) const {
    if (keys_.empty()) return Access::granted;
    const std::string_view sent = bearer_key(authorization);
    if (sent.empty()) return Access::no_key;
    Access access = Access::unknown_key;
    for (const AccessKey& key : keys_) {
        const bool opens = (key.rights & static_cast<std::uint8_t>(right)) != 0;
        if (equal_in_constant_time(sent, key.key))
            access = opens ? Access::granted : Access::forbidden;
    }
    return access;
}

}  // namespace tickweir::gateway
