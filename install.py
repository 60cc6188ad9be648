"""Runs at each start of the Web UI: installs what is missing, moves nothing that is there, downloads no weights."""

import launch

# Neither names a dependency of its own that the host pins; --no-deps makes sure.
NEEDED = {"segment_anything": "segment-anything==1.0", "cv2": "opencv-python-headless<4.12"}


def main() -> None:
    for module, requirement in NEEDED.items():
        if not launch.is_installed(module):
            launch.run_pip(f'install --no-deps "{requirement}"', f"{requirement} for Click Inpaint")


main()
