// How the machines of this folder call their listeners.
#pragma once

#include <type_traits>

namespace tickweir::codecs::soup {

/// Whether a listener's call took what it was given: one that answers nothing takes everything.
template <class Call>
bool taken(Call&& call) {
    if constexpr (std::is_void_v<decltype(call())>) {
        call();
        return true;
    } else {
        return call();
    }
}

}  // namespace tickweir::codecs::soup
