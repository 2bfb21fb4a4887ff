// Who may ask what: `Authorization: Bearer KEY` (RFC 6750) against the keys of the configuration.
// Comparing takes the same time however much of a key is right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway {

/// What a key opens; bits of a mask.
enum class Right : std::uint8_t { market_data = 1, metrics = 2, administration = 4 };

struct AccessKey {
    std::string key;          ///< RFC 6750's b64token, not empty
    std::uint8_t rights = 3;  ///< of `Right`
};

enum class Access : std::uint8_t {
    granted,
    no_key,       ///< none, or not in the form `Bearer KEY`
    unknown_key,  ///< none of ours
    forbidden,    ///< ours, but without that right
};

class AccessKeys {
public:
    /// No keys: everything is open. Throws std::invalid_argument (without the key) where one is
    /// empty or could not be sent in a header.
    explicit AccessKeys(std::vector<AccessKey> keys);

    /// `authorization` is the header's value, empty where there is none. Takes time with the length
    /// of what was sent times the number of keys.
    Access check(std::string_view authorization, Right right) const;

private:
    std::vector<AccessKey> keys_;
};

/// The key of `Bearer KEY`; empty where the header says something else. The scheme's letters may be
/// of either case (RFC 9110 §11.1).
std::string_view bearer_key(std::string_view authorization);

/// Looks at every character of `sent`, whatever it finds. `key` is not empty.
bool equal_in_constant_time(std::string_view sent, std::string_view key);

/// Whether a text can be sent as a bearer key: letters, digits and `-._~+/`, `=` at its end.
bool is_bearer_key(std::string_view text);

}  // namespace tickweir::gateway
